# The tasks in R's survival: survreg and survfit.
#
#   Rscript --vanilla survival.R engine TASK FILE    warm: package loaded, data read; prints one line of JSON
#   Rscript --vanilla survival.R command TASK FILE   the whole way once, from file to answer; what it costs is seen from outside

source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "measure.R"))
suppressMessages(library(survival))

law <- function(task) if (startsWith(task, "lognormal")) "lognormal" else "weibull"

# Right-censored rows as time and status, as survival's own manual does; anything else as interval2.
surv_of <- function(d) {
  right <- is.na(d$upper)
  if (all(right | d$upper == d$lower)) return(Surv(d$lower, as.integer(!right)))
  Surv(ifelse(d$lower == 0, NA, d$lower), d$upper, type = "interval2")
}

parameters <- function(f, dist) {
  if (dist == "weibull") c(1 / f$scale, exp(unname(coef(f)[1]))) else c(unname(coef(f)[1]), f$scale)
}

one <- function(y, dist) {
  f <- survreg(y ~ 1, dist = dist)
  list(values = parameters(f, dist), loglik = f$loglik[2])
}

prepare <- function(task, d) {
  dist <- law(task)
  if (task == "arrhenius_600") {
    y <- surv_of(d)
    x <- 1 / (8.617333262e-5 * (d$temperature_c + 273.15))
    return(function() {
      f <- survreg(y ~ x, dist = "weibull")
      list(values = c(unname(coef(f)), 1 / f$scale), loglik = f$loglik[2])
    })
  }
  if (startsWith(task, "many")) {
    groups <- split(d, d$part)
    groups <- groups[order(as.integer(names(groups)))]
    return(function() {
      all <- lapply(groups, function(g) one(surv_of(g), dist))
      list(values = unlist(lapply(all, `[[`, "values"), use.names = FALSE),
           loglik = unlist(lapply(all, `[[`, "loglik"), use.names = FALSE))
    })
  }
  y <- surv_of(d)
  if (startsWith(task, "kaplan_meier")) {
    return(function() {
      f <- survfit(y ~ 1)
      at <- c(100, 200, 400, 600, 800, 1000, 1200, 1400)
      s <- summary(f, times = at)
      list(values = c(s$surv, s$std.err), loglik = numeric())
    })
  }
  if (startsWith(task, "bootstrap")) {
    return(function() {
      set.seed(1)
      n <- nrow(d)
      p <- replicate(1000, parameters(survreg(y[sample.int(n, replace = TRUE), ] ~ 1, dist = dist), dist))
      f <- one(y, dist)
      list(values = f$values, loglik = f$loglik, random = unname(as.vector(apply(p, 1, quantile, c(0.025, 0.975)))))
    })
  }
  function() one(y, dist)
}

main(prepare)
