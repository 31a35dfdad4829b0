# The tasks in R's fitdistrplus: fitdistcens and bootdistcens. Called as survival.R is.

source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "measure.R"))
suppressMessages(library(fitdistrplus))

law <- function(task) if (startsWith(task, "lognormal")) "lnorm" else "weibull"

censored <- function(d) data.frame(left = ifelse(d$lower == 0, NA, d$lower), right = d$upper)

one <- function(d, dist) {
  f <- suppressWarnings(fitdistcens(d, dist))
  list(values = unname(f$estimate), loglik = f$loglik)
}

prepare <- function(task, d) {
  dist <- law(task)
  if (startsWith(task, "many")) {
    groups <- split(d, d$part)
    groups <- groups[order(as.integer(names(groups)))]
    return(function() {
      all <- lapply(groups, function(g) one(censored(g), dist))
      list(values = unlist(lapply(all, `[[`, "values"), use.names = FALSE),
           loglik = unlist(lapply(all, `[[`, "loglik"), use.names = FALSE))
    })
  }
  y <- censored(d)
  if (startsWith(task, "bootstrap")) {
    return(function() {
      set.seed(1)
      f <- suppressWarnings(fitdistcens(y, dist))
      b <- suppressWarnings(bootdistcens(f, niter = 1000))
      list(values = unname(f$estimate), loglik = f$loglik,
           random = unname(as.vector(apply(b$estim, 2, quantile, c(0.025, 0.975), na.rm = TRUE))))
    })
  }
  function() one(y, dist)
}

main(prepare)
