"""The kinds of report that the tests make: name, arguments of relia, number of figures at least."""
import json

HOSTILE = ["<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "<!-- ]]> &amp; \" onmouseover='x' `"]


def hostile_csv():
    rows = ["time,<script>alert(0)</script>"]
    for k, name in enumerate(HOSTILE):
        quoted = '"' + name.replace('"', '""') + '"'
        rows += [f"{(i + 1) * (10 + 3 * k)},{quoted}" for i in range(5)]
    return "\n".join(rows) + "\n"


def mission_csv():
    """one cycle of a mission: 12 hours hot, 12 hours cool"""
    return "time,temperature_c\n0,60\n12,20\n24,60\n"


def cases(root):
    data = lambda name: str(root / "datasets" / f"{name}.csv")
    return [
        ("best", ["fit", data("diesel_fan"), "--at", "1000,5000", "--require", "R(1000)>=0.9@0.9", "--require", "B10>=1e3"], 6),
        ("list", ["fit", data("ball_bearing"), "--dist", "weibull,lognormal"], 6),
        ("chinese", ["fit", data("diesel_fan"), "--dist", "weibull", "--lang", "zh"], 6),
        ("intervals", ["fit", data("turbine_wheel"), "--dist", "weibull"], 6),
        ("threshold", ["fit", data("alloy_t7987"), "--dist", "weibull-3p"], 6),
        ("modes", ["fit", data("shock_absorber"), "--dist", "weibull", "--mode", "failure_mode"], 4),
        ("given", ["fit", data("diesel_fan"), "--dist", "weibull", "--given", "1000", "--at", "500", "--reliable-life", "0.9"], 6),
        ("wald", ["fit", data("diesel_fan"), "--dist", "weibull", "--bounds", "wald", "--sides", "lower"], 6),
        ("regression", ["fit", data("ball_bearing"), "--dist", "weibull", "--method", "rrx"], 4),
        ("none", ["fit", data("diesel_fan"), "--dist", "weibull", "--bounds", "none"], 6),
        ("alt", ["alt", data("device_a"), "--dist", "lognormal", "--stress", "temperature_c:arrhenius", "--use", "temperature_c=10"], 2),
        ("alt-two", ["alt", data("temp_humidity"), "--dist", "weibull", "--stress", "temperature_c:arrhenius", "--stress",
                     "relative_humidity:power", "--use", "temperature_c=40,relative_humidity=0.5"], 3),
        ("alt-mission", ["alt", data("device_a"), "--dist", "lognormal", "--stress", "temperature_c:arrhenius", "--use-profile", "mission.csv",
                         "--bounds", "wald"], 2),
        ("groups", ["fit", data("snubber"), "--dist", "weibull", "--by", "group"], 6),
        ("np-steps", ["nonparametric", data("diesel_fan"), "--at", "5000"], 1),
        ("np-turnbull", ["nonparametric", data("turbine_wheel"), "--method", "turnbull"], 1),
        ("np-ranks", ["nonparametric", data("ball_bearing"), "--method", "ranks"], 1),
        ("np-groups", ["nonparametric", data("snubber"), "--method", "nelson-aalen", "--by", "group"], 1),
        ("coverage", ["simulate", "coverage", "--dist", "weibull", "--shape", "2", "--scale", "1000", "--n", "12", "--censor-at", "900",
                      "--replicates", "100", "--target", "B10,R(500)"], 2),
        ("coverage-zh", ["simulate", "coverage", "--dist", "exponential", "--scale", "1000", "--n", "8", "--failures", "4", "--bounds", "exact,lr",
                         "--sides", "lower", "--replicates", "100", "--target", "B10,mean", "--lang", "zh"], 2),
        ("hostile", ["fit", "hostile.csv", "--dist", "weibull", "--by", "<script>alert(0)</script>"], 4),
    ]


def coverage_calls():
    """two studies of one design at two sizes, and one of another design"""
    study = lambda n, end: ["simulate", "coverage", "--dist", "weibull", "--shape", "2", "--scale", "1000", "--n", n, "--censor-at", end, "--replicates", "100"]
    return [study("10", "900"), study("20", "900"), study("20", "700")]


def results_of(relia_output):
    """one JSON object, or one a line"""
    try: return [json.loads(relia_output)]
    except json.JSONDecodeError: return [json.loads(line) for line in relia_output.splitlines() if line]
