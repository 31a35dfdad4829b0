# Rscript tests/golden/survreg.R > tests/golden/survreg.csv        (R's survival package, from the repository's root)
# A second witness for right-, left- and interval-censored fits: estimates, standard errors and log-likelihoods of survreg.
suppressPackageStartupMessages(library(survival))
cat("# Rscript tests/golden/survreg.R > tests/golden/survreg.csv ; survival", as.character(packageVersion("survival")), "\n")
cat("dataset,distribution,intercept,se_intercept,scale,se_log_scale,log_likelihood\n")
sets <- list(ball_bearing = c("weibull", "lognormal", "loglogistic", "exponential", "gaussian", "logistic"),
             shock_absorber = c("weibull", "lognormal", "loglogistic", "exponential"),
             bearing_cage = c("weibull", "lognormal", "loglogistic"),
             heat_exchanger = c("weibull", "lognormal", "exponential"),
             turbine_wheel = c("weibull", "lognormal", "exponential"),
             alpha_20 = c("weibull", "lognormal", "exponential"),
             alpha_10220 = c("weibull", "lognormal", "exponential"),
             v7_tube = c("weibull", "lognormal", "loglogistic", "exponential"),
             circuit_pack_4 = c("weibull", "lognormal", "loglogistic"),
             chemical_process = c("gaussian", "logistic", "extreme"),
             titanium_100 = c("weibull", "lognormal", "loglogistic", "exponential"),
             ground_water_copper = c("weibull", "lognormal", "loglogistic"))
control <- survreg.control(maxiter = 200, rel.tolerance = 1e-14, toler.chol = 1e-14)
for (name in names(sets)) {
  d <- read.csv(paste0("data/reference/datasets/", name, ".csv"))
  lower <- ifelse(is.na(d$lower) | d$lower == 0, NA, d$lower)
  for (dist in sets[[name]]) {
    fit <- survreg(Surv(lower, d$upper, type = "interval2") ~ 1, weights = d$count, dist = dist, control = control)
    v <- sqrt(diag(vcov(fit)))
    cat(name, dist, formatC(coef(fit)[[1]], digits = 17), formatC(v[[1]], digits = 17), formatC(fit$scale, digits = 17),
        if (length(v) > 1) formatC(v[[2]], digits = 17) else "0", formatC(fit$loglik[[2]], digits = 17), sep = ",")
    cat("\n")
  }
}
