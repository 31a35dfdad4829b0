# What the R peers share: reading a file, timing by CPU time, writing a line of JSON.

read_data <- function(file) read.csv(file, comment.char = "#")

cpu <- function() sum(proc.time()[c("user.self", "sys.self")])

# Median CPU seconds of one call. Short calls are repeated until a batch takes a tenth of a second (the clock ticks in
# milliseconds) and the median of five is taken; calls above two seconds are timed once.
measure <- function(call) {
  before <- cpu()
  answer <- call()
  first <- cpu() - before
  if (first > 2) return(list(seconds = first, runs = 1, answer = answer))
  batch <- max(1, ceiling(0.1 / max(first, 1e-4)))
  seconds <- replicate(5, {
    before <- cpu()
    for (i in seq_len(batch)) call()
    (cpu() - before) / batch
  })
  list(seconds = median(seconds), runs = 5, answer = answer)
}

json_list <- function(v) paste0("[", paste(ifelse(is.finite(v), sprintf("%.17g", v), "null"), collapse = ", "), "]")

main <- function(prepare) {
  args <- commandArgs(TRUE)
  call <- prepare(args[2], read_data(args[3]))
  m <- if (args[1] == "engine") measure(call) else list(seconds = NA, runs = 1, answer = call())
  random <- if (is.null(m$answer$random)) numeric() else m$answer$random
  cat(sprintf("{\"seconds\": %s, \"runs\": %d, \"values\": %s, \"loglik\": %s, \"random\": %s}\n",
              if (is.na(m$seconds)) "null" else sprintf("%.9g", m$seconds), m$runs, json_list(m$answer$values),
              json_list(m$answer$loglik), json_list(random)))
}
