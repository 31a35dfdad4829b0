#!/usr/bin/env Rscript
# Makes nonparametric_*.csv with the survival package, a second witness beside the certified problems.
#
# usage: Rscript nonparametric_survival.R DIRECTORY
#
# Lives are drawn with a fixed seed, rounded so that ties occur, with counts, suspensions and entry ages. The columns
# are those of survfit: survival, std.err (of log survival), bounds per conf.type, cumulative hazard, quantiles,
# restricted mean.
library(survival)
out <- commandArgs(TRUE)[1]
options(digits = 17)
write <- function(x, name) {
  con <- file(file.path(out, paste0("nonparametric_", name, ".csv")), "w")
  writeLines(paste0("# survival ", packageVersion("survival"), ", R ", getRversion(), "; made by nonparametric_survival.R"), con)
  writeLines(paste(names(x), collapse = ","), con)
  for (i in seq_len(nrow(x))) writeLines(paste(sapply(x[i, ], function(v) if (is.na(v)) "" else if (is.numeric(v)) sprintf("%.17g", v) else as.character(v)), collapse = ","), con)
  close(con)
}
set.seed(20)
n <- 120
life <- ceiling(rweibull(n, 1.7, 100) / 4) * 4
end <- ceiling(runif(n, 10, 220) / 4) * 4
d <- data.frame(time = pmin(life, end), failed = as.integer(life <= end), count = sample(1:5, n, TRUE), entry = 0)
# entry ages for some, never at or after the exit
late <- runif(n) < 0.4
d$entry[late] <- floor(d$time[late] * runif(sum(late), 0, 0.9))
write(d, "lives")

# one row a unit: survfit breaks ties between rows, not between the units of a weighted row
d <- d[rep(seq_len(n), d$count), ]
cases <- list(right = Surv(d$time, d$failed), entry = Surv(d$entry, d$time, d$failed))
points <- NULL
summaries <- NULL
for (name in names(cases)) for (kind in c("plain", "log", "log-log", "logit", "arcsin")) for (hazard in c("kaplan-meier", "nelson-aalen", "fleming-harrington")) {
  s <- cases[[name]]
  args <- list(formula = s ~ 1, conf.type = kind, conf.int = 0.9, robust = FALSE)
  if (hazard == "nelson-aalen") args <- c(args, stype = 2, ctype = 1)
  if (hazard == "fleming-harrington") args <- c(args, stype = 2, ctype = 2)
  f <- do.call(survfit, args)
  keep <- f$n.event > 0
  points <- rbind(points, data.frame(case = name, method = hazard, transform = kind, time = f$time[keep], at_risk = f$n.risk[keep], failures = f$n.event[keep], survival = f$surv[keep], log_std_error = f$std.err[keep], lower = f$lower[keep], upper = f$upper[keep], hazard = f$cumhaz[keep]))
  q <- quantile(f, c(0.1, 0.25, 0.5, 0.9))
  for (k in 1:4) summaries <- rbind(summaries, data.frame(case = name, method = hazard, transform = kind, quantity = paste0("B", c(10, 25, 50, 90)[k]), estimate = q$quantile[k], std_error = NA, lower = q$lower[k], upper = q$upper[k]))
  for (tau in c(50, 140)) {
    m <- summary(f, rmean = tau)$table
    summaries <- rbind(summaries, data.frame(case = name, method = hazard, transform = kind, quantity = paste0("mean", tau), estimate = m["rmean"], std_error = m["se(rmean)"], lower = NA, upper = NA))
  }
}
write(points, "points")
write(summaries, "summaries")
