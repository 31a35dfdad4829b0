// Samples that the fit fuzzer found answered wrongly, one of each kind: what the answer is, and that the witness
// finds in 50 digits what is called a maximum to be one.

#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <relia/fit.hpp>
#include <relia/witness.hpp>

namespace relia {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Row {
  double lower, upper, count, entry, exit;
};

struct DifficultSample {
  std::string name, distribution;
  bool limited_failure;
  int mixture;
  std::vector<std::pair<std::string, double>> fixed;
  FitStatus status;
  double log_likelihood;
  std::vector<double> estimates;
  std::vector<Row> rows;
};

void PrintTo(const DifficultSample& s, std::ostream* out) {
  *out << s.name;
}

const std::vector<DifficultSample> kSamples = {
    // Two inspection cells fix a curve of scale and threshold.
    {"Curve",
     "exponential-2p",
     false,
     1,
     {},
     FitStatus::flat,
     kAbsent,
     {},
     {{7.988870508484492e-08, 8.987479322045053e-08, 6, 0, kInfinity},
      {7.988870508484492e-08, 8.987479322045053e-08, 9, 0, kInfinity},
      {7.988870508484492e-08, 8.987479322045053e-08, 1, 5.752e-08, kInfinity},
      {6.99026169492393e-08, 7.988870508484492e-08, 1, 0, kInfinity},
      {6.99026169492393e-08, 7.988870508484492e-08, 7, 1.148e-09, kInfinity}}},
    // Rises up to an age at which units were still good, falls behind it.
    {"PeakAtCensoredAge",
     "exponential-2p",
     false,
     1,
     {},
     FitStatus::boundary,
     -6.015514668616381,
     {0.8653634453415123, 2.0},
     {{2, kInfinity, 1, 0, kInfinity},
      {0.7, kInfinity, 1, 0, kInfinity},
      {2, kInfinity, 1, 0, kInfinity},
      {1, kInfinity, 1, 0, kInfinity},
      {0, 3, 1, 0, 4.056},
      {0, 3, 1, 0, 6.086},
      {0, 6, 1, 0, kInfinity},
      {3, kInfinity, 1, 0, kInfinity},
      {2, kInfinity, 1, 0, kInfinity},
      {0, 3, 1, 0, 7.526},
      {0, 3, 1, 0, kInfinity},
      {0, 3, 1, 0, kInfinity},
      {3, kInfinity, 1, 0, kInfinity},
      {0, 3, 1, 0, 11.66},
      {0, 3, 1, 0, kInfinity},
      {3, kInfinity, 1, 0, kInfinity},
      {1, kInfinity, 1, 0, kInfinity}}},
    // The spread of life is 1e-8 of it.
    {"CrowdedAges",
     "gumbel-max",
     false,
     1,
     {},
     FitStatus::converged,
     28.407878326871717,
     {3.3633028639435416, 1.3781408809868685e-07},
     {{0, 7.6373809475831935, 9, 0, kInfinity},
      {3.363303111057945, 3.363303111057945, 1, 0, kInfinity},
      {2.5795228040951903, 4.092831249806427, 2, 0, kInfinity},
      {1.252838134505069, 6.959750361963499, 3, 0, kInfinity},
      {3.3633027803927096, 3.3633027803927096, 1, 2.067, kInfinity},
      {0, 10.080393622171535, 1, 8.559, kInfinity},
      {2.0685047828356273, 6.31056864108131, 1, 0, kInfinity},
      {3.1833518242885055, 4.9656714130830535, 1, 0, kInfinity}}},
    // Two failures that agree to ten digits.
    {"SpreadOfATenBillionth",
     "weibull",
     false,
     1,
     {},
     FitStatus::converged,
     37.39437343879506,
     {82126905691.58557, 126.5862272810173},
     {{126.58622728195174, 126.58622728195174, 1, 95.59, kInfinity},
      {126.58622727825349, 126.58622727825349, 1, 60.82, kInfinity}}},
    // A censored age 400 times beyond the failures: the plotted start lies at e^280.
    {"FarTails",
     "gumbel",
     false,
     1,
     {},
     FitStatus::converged,
     147.16282890580672,
     {9.828338759113052e-09, 6.566042852540543e-09},
     {{7.684375175250817e-11, kInfinity, 1, 0, kInfinity},
      {4.2127247315605206e-11, 4.2127247315605206e-11, 1, 0, kInfinity},
      {5.206492997784333e-11, kInfinity, 1, 0, kInfinity},
      {4.138059343362568e-11, kInfinity, 1, 0, kInfinity},
      {3.000560181060729e-11, kInfinity, 1, 0, kInfinity},
      {3.7363466675556175e-11, 3.7363466675556175e-11, 1, 0, kInfinity},
      {3.7623742177290264e-11, kInfinity, 1, 0, kInfinity},
      {5.759544490192842e-11, 5.759544490192842e-11, 1, 0, kInfinity},
      {1.9775942854952615e-11, kInfinity, 1, 0, kInfinity},
      {3.7966386539523805e-11, kInfinity, 1, 0, kInfinity},
      {3.096799873452461e-11, kInfinity, 1, 0, kInfinity},
      {8.152362675196636e-11, kInfinity, 1, 0, kInfinity},
      {7.075092215932825e-11, kInfinity, 1, 0, kInfinity},
      {3.8081946235261764e-11, 3.8081946235261764e-11, 1, 0, kInfinity},
      {1.772311888866728e-08, kInfinity, 1, 0, kInfinity},
      {3.863534763286063e-11, kInfinity, 1, 0, kInfinity},
      {3.807715563351163e-11, 3.807715563351163e-11, 1, 0, kInfinity},
      {3.821656302761828e-11, 3.821656302761828e-11, 1, 0, kInfinity},
      {3.912215402508326e-11, 3.912215402508326e-11, 1, 0, kInfinity},
      {8.03080009892991e-11, 8.03080009892991e-11, 1, 0, kInfinity},
      {1.025927944906311e-09, kInfinity, 1, 0, kInfinity},
      {8.422991971399575e-11, kInfinity, 1, 0, kInfinity},
      {3.7165599784346136e-11, kInfinity, 1, 0, kInfinity},
      {3.7963086714776824e-11, kInfinity, 1, 0, kInfinity},
      {3.278795741450778e-11, kInfinity, 1, 0, kInfinity},
      {3.7714505305838374e-11, 3.7714505305838374e-11, 1, 0, kInfinity}}},
    // Windows whose far end has no tail left.
    {"OverflowBehindAWindow",
     "gumbel",
     false,
     1,
     {},
     FitStatus::converged,
     -1591.3793575015425,
     {1.6829915006459138e-08, 3.751079056928253e-11},
     {{0, 1.682197835487723e-08, 1, 7.354e-09, kInfinity},
      {0, 1.682197906384532e-08, 729, 7.304e-09, kInfinity},
      {0, 5.0396168513953934e-08, 5, 2.128e-08, kInfinity},
      {0, 4.191283703594052e-08, 1, 3.165e-08, kInfinity},
      {0, 1.691644286878553e-08, 6, 1.936e-10, kInfinity},
      {0, 3.39386776327484e-08, 1, 1.443e-08, kInfinity},
      {1.6821977575067532e-08, kInfinity, 1, 0, kInfinity},
      {0, 1.6821978352337697e-08, 1, 5.147e-09, kInfinity},
      {0, 2.9657134287876097e-08, 3, 9.913e-09, kInfinity},
      {9.723336256530031e-09, kInfinity, 864, 8.986e-09, kInfinity},
      {8.267652497418484e-09, kInfinity, 1, 5.888e-09, kInfinity},
      {0, 1.6821978257135452e-08, 547, 1.431e-08, kInfinity},
      {1.682197843859608e-08, kInfinity, 7, 1.378e-08, kInfinity},
      {0, 2.7332645147992455e-08, 3, 1.927e-08, kInfinity},
      {0, 1.6821978812039832e-08, 1, 1.518e-08, kInfinity},
      {0, 1.682197765410032e-08, 2, 0, kInfinity},
      {1.250850033544462e-08, kInfinity, 7, 0, kInfinity},
      {1.682197760444334e-08, kInfinity, 1, 0, kInfinity},
      {1.6821979641200923e-08, kInfinity, 223, 1.389e-08, kInfinity},
      {0, 1.682197792638759e-08, 1, 3.966e-09, kInfinity},
      {1.6821978842558962e-08, kInfinity, 799, 0, kInfinity},
      {0, 1.6821977791564193e-08, 3, 0, kInfinity}}},
    // A local maximum below what gathering at one age gives.
    {"HigherAtALimit",
     "loglogistic",
     false,
     1,
     {},
     FitStatus::unbounded,
     kAbsent,
     {},
     {{0, 200, 1, 0, kInfinity}, {300, kInfinity, 1, 278.5, kInfinity}, {100, kInfinity, 1, 52.37, kInfinity}}},
    // A local maximum below what a spread without end gives.
    {"HigherAtEndlessSpread",
     "weibull",
     false,
     1,
     {},
     FitStatus::unbounded,
     kAbsent,
     {},
     {{18.066485778282996, kInfinity, 1, 10.37, kInfinity},
      {36.63971614851771, kInfinity, 1, 29.16, kInfinity},
      {0, 35.431374989645334, 1, 13.16, 75.18},
      {0, 50.04301785504725, 1, 30.88, 80.44},
      {0, 30.705817224003106, 1, 0, kInfinity}}},
    // p = 1 is the maximum, though log L falls by 160 within e^-170 of it.
    {"WholePopulation",
     "loglogistic",
     true,
     1,
     {},
     FitStatus::boundary,
     35.37737763057633,
     {-4.274111712621789, 0.003494313449106715, 1.0},
     {{0, 0.02, 1, 0.006665, kInfinity},
      {0.013834585469944184, 0.013834585469944184, 1, 0.0116, kInfinity},
      {0.013879813509248192, kInfinity, 1, 0.01283, kInfinity},
      {0.014025996029249041, 0.014025996029249041, 1, 0.0003665, kInfinity},
      {0, 0.013924394937956365, 1, 0.0006516, kInfinity},
      {0.004, 0.04, 1, 0.0007813, kInfinity},
      {0.008, kInfinity, 1, 0.00422, kInfinity},
      {0, 0.01388828672644392, 1, 0, kInfinity},
      {0.005, 0.02, 1, 0, kInfinity},
      {0.013993022863684975, 0.013993022863684975, 1, 0.007334, kInfinity},
      {0, 0.01392413245225471, 1, 0.008414, kInfinity},
      {0, 0.02, 1, 0.01197, kInfinity},
      {0.013995140390529627, kInfinity, 1, 0.002924, kInfinity},
      {0, 0.03, 1, 0, kInfinity},
      {0, 0.03, 1, 0, kInfinity},
      {0.01, 0.04, 1, 0.008877, kInfinity},
      {0.004, 0.02, 1, 0, kInfinity},
      {0, 0.013974516043224175, 1, 0.004644, kInfinity},
      {0, 0.013995329112298066, 1, 0.0005321, kInfinity},
      {0, 0.02, 1, 0.01113, kInfinity},
      {0.013963511438421523, 0.013963511438421523, 1, 0.008553, kInfinity},
      {0, 0.04, 1, 0, kInfinity},
      {0, 0.04, 1, 0.02587, kInfinity},
      {0.01392443019525185, 0.01392443019525185, 1, 0, kInfinity},
      {0, 0.02, 1, 0.008409, kInfinity},
      {0.003, 0.02, 1, 0, kInfinity},
      {0.01, kInfinity, 1, 0, kInfinity},
      {0, 0.02, 1, 0.01339, kInfinity}}},
    // Entry ages in a tail of e^700.
    {"HeldFraction",
     "gumbel-max",
     true,
     1,
     {{"p", 0.411030387132816}},
     FitStatus::converged,
     -54.15774778313857,
     {8789.998861828759, 5.235856091849942, 0.411030387132816},
     {{8802.185467091917, kInfinity, 1, 178.1, kInfinity},
      {8787.189354103528, 8787.189354103528, 1, 0, kInfinity},
      {8802.185467091917, kInfinity, 1, 0, kInfinity},
      {8802.185467091917, kInfinity, 1, 6522, kInfinity},
      {8793.515481976063, 8793.515481976063, 1, 5378, kInfinity},
      {8802.185467091917, kInfinity, 1, 3220, kInfinity},
      {8802.185467091917, kInfinity, 1, 0, kInfinity},
      {8802.185467091917, kInfinity, 1, 0, kInfinity},
      {8802.185467091917, kInfinity, 1, 0, kInfinity},
      {8800.690484182596, 8800.690484182596, 1, 3733, kInfinity},
      {8802.185467091917, kInfinity, 1, 2891, kInfinity},
      {8784.102530168571, 8784.102530168571, 1, 0, kInfinity},
      {8796.16869295429, 8796.16869295429, 1, 0, kInfinity},
      {8785.145503854223, 8785.145503854223, 1, 5348, kInfinity},
      {8802.185467091917, kInfinity, 1, 772.5, kInfinity},
      {8802.185467091917, kInfinity, 1, 7454, kInfinity},
      {8789.591519359245, 8789.591519359245, 1, 2823, kInfinity},
      {8795.909373331897, 8795.909373331897, 1, 2587, kInfinity},
      {8793.752781366702, 8793.752781366702, 1, 3716, kInfinity},
      {8802.185467091917, kInfinity, 1, 8553, kInfinity},
      {8802.185467091917, kInfinity, 1, 5056, kInfinity},
      {8789.933955541523, 8789.933955541523, 1, 3755, kInfinity},
      {8801.120053161138, 8801.120053161138, 1, 0, kInfinity},
      {8802.185467091917, kInfinity, 1, 1921, kInfinity},
      {8788.017041253055, 8788.017041253055, 1, 6198, kInfinity}}},
    // One component on five tied failures.
    {"NarrowComponent",
     "exponential",
     false,
     2,
     {},
     FitStatus::converged,
     -203.83624227514184,
     {0.20831085722638962, 0.12263914724937997, 11741.632330669632},
     {{0.12263912780587032, 0.12263912780587032, 5, 0, kInfinity},
      {1136.0354982034344, 1136.0354982034344, 8, 0, kInfinity},
      {3.367429096367251, 3.367429096367251, 1, 0, kInfinity},
      {161632.5102467953, 161632.5102467953, 1, 0, kInfinity},
      {6018.748839899058, 6018.748839899058, 8, 0, kInfinity},
      {4223.195584369074, 4223.195584369074, 1, 0, kInfinity}}},
    // A maximum that rises by a thousandth over its saddle.
    {"SmallRiseAlongTheThreshold",
     "lognormal-3p",
     false,
     1,
     {},
     FitStatus::converged,
     -4.069817221870533,
     {-8.326527775034505, 1.2444370773722047, 0.0179760665661971},
     {{0.016396330810950387, kInfinity, 1, 0, kInfinity},
      {0.005057337595732069, kInfinity, 1, 0, kInfinity},
      {0.01953087462325813, kInfinity, 1, 0, kInfinity},
      {0.012810875680422011, kInfinity, 1, 0, kInfinity},
      {0.01643209819020784, 0.043173753512875994, 1, 0, kInfinity},
      {0.005950018779045871, 0.027091953938554923, 1, 0, kInfinity},
      {0.00606400324175362, 0.02136188045895113, 5, 0, kInfinity},
      {0.011221896062602422, 0.03839401215550086, 650, 0, kInfinity},
      {0.017476474624653415, kInfinity, 1, 0, kInfinity},
      {0.009816934225331619, 0.038694015987335656, 1, 0, kInfinity},
      {0.015667220133217714, kInfinity, 1, 0, kInfinity},
      {0.015365825125330234, 0.018122761742167502, 1, 0, kInfinity},
      {0.004796435965261361, kInfinity, 7, 0, kInfinity},
      {0.0127433144936287, 0.029925926762240172, 1, 0, kInfinity},
      {0.017989736547069462, kInfinity, 3, 0, kInfinity},
      {0.00447368475544564, 0.03024864616886163, 2, 0, kInfinity},
      {0.008433043584260315, kInfinity, 8, 0, kInfinity},
      {0.013392102039129484, 0.045866900605073375, 951, 0, kInfinity},
      {0.010966919413656337, 0.03443021234388583, 1, 0, kInfinity},
      {0.01177963380202742, 0.047555401919323316, 8, 0, kInfinity}}},
    // Four rows; the threshold lies just below an entry age.
    {"ThresholdBelowAnEntry",
     "weibull-3p",
     false,
     1,
     {},
     FitStatus::converged,
     -5.122455851861943,
     {0.6303832720604022, 49.690070609286096, 25.76707543701179},
     {{0, 200, 1, 27.6, kInfinity},
      {100, 600, 1, 0, kInfinity},
      {0, 500, 1, 0, kInfinity},
      {30, 30, 1, 25.85, kInfinity}}},
    // A median of 2e-7 above the threshold, ages of 60 to 480.
    {"CrowdedAtTheThreshold",
     "lognormal-3p",
     false,
     1,
     {},
     FitStatus::converged,
     -99.9941884414705,
     {-15.368300513604977, 8.811246962034021, 4.672668610074522},
     {{0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 7, 0, kInfinity},
      {0, 59.732150567274466, 732, 0, kInfinity},
      {0, 59.732150567274466, 3, 0, kInfinity},
      {477.85720453819573, kInfinity, 8, 0, kInfinity},
      {238.92860226909787, 298.66075283637235, 1, 0, kInfinity},
      {119.46430113454893, 179.1964517018234, 3, 0, kInfinity},
      {0, 59.732150567274466, 50, 0, kInfinity},
      {59.732150567274466, 119.46430113454893, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {119.46430113454893, 179.1964517018234, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {59.732150567274466, 119.46430113454893, 1, 0, kInfinity},
      {0, 59.732150567274466, 3, 0, kInfinity},
      {0, 59.732150567274466, 4, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 227, 0, kInfinity},
      {0, 59.732150567274466, 9, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 2, 0, kInfinity},
      {0, 59.732150567274466, 2, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 9, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity},
      {0, 59.732150567274466, 1, 0, kInfinity}}},
    // Symmetric cells: the best law is normal.
    {"ThresholdAtMinusInfinity",
     "lognormal-3p",
     false,
     1,
     {},
     FitStatus::unbounded,
     kAbsent,
     {},
     {{11.996277426608748, 14.995346783260935, 1, 0, kInfinity},
      {11.996277426608748, 14.995346783260935, 1, 0, kInfinity},
      {11.996277426608748, 14.995346783260935, 1, 0, kInfinity},
      {11.996277426608748, 14.995346783260935, 1, 0, kInfinity},
      {8.99720806995656, 11.996277426608748, 1, 0, kInfinity},
      {14.995346783260935, 17.99441613991312, 1, 0, kInfinity}}},
    // Peaks only with the threshold at an inspection age, to ten digits.
    {"GluedThreshold",
     "lognormal-3p",
     false,
     1,
     {},
     FitStatus::unbounded,
     kAbsent,
     {},
     {{0.008658449052956999, 0.013626618851888544, 3, 0, kInfinity},
      {0.003615912645995731, 0.027603233777868125, 1, 0, kInfinity},
      {0.3103067896369416, 1.185431301619392, 6, 0, kInfinity}}},
    // A censored age at a log-reliability of -4e6 beside ordinary ones.
    {"SlopeOfAFarTail",
     "gamma",
     false,
     1,
     {{"scale", 0.204606708545495}},
     FitStatus::converged,
     -3901640.179597222,
     {2.1586119999611593, 0.204606708545495},
     {{0, 3.5423461043747273, 1, 0, kInfinity},
      {0.005927771447491513, kInfinity, 1, 0, kInfinity},
      {0, 0.22355700564014422, 1, 0, kInfinity},
      {0, 0.017769432796991842, 1, 0, kInfinity},
      {0.026364436165486057, kInfinity, 1, 0, kInfinity},
      {0.5609817009319904, kInfinity, 1, 0, kInfinity},
      {0, 0.0032804023134506773, 1, 0, kInfinity},
      {0, 0.06165959186583383, 1, 0, kInfinity},
      {0, 0.5085619814237299, 1, 0, kInfinity},
      {0, 0.018218661204882178, 1, 0, kInfinity},
      {0, 30.945759751664117, 1, 0, kInfinity},
      {0, 130516.49903613736, 1, 0, kInfinity},
      {0, 0.0015296121107059796, 1, 0, kInfinity},
      {0, 0.005013422882748768, 1, 0, kInfinity},
      {0, 1.088285320903623, 1, 0, kInfinity},
      {0.009353569576959077, 0.043904444983434626, 1, 0, kInfinity},
      {8.795351573247244, kInfinity, 1, 0, kInfinity},
      {0.05058117704452212, 0.6466786141061848, 1, 0, kInfinity},
      {0, 0.001933573961215441, 1, 0, kInfinity},
      {0, 139.08187905408673, 1, 0, kInfinity},
      {73.21502462716754, kInfinity, 1, 0, kInfinity},
      {0, 5.596361674056132, 1, 0, kInfinity},
      {10.200534308499366, kInfinity, 1, 0, kInfinity},
      {797852.3110220345, kInfinity, 1, 0, kInfinity},
      {0, 21974.514225654035, 1, 0, kInfinity},
      {0, 119912.68237810514, 1, 0, kInfinity},
      {0.05566436522657551, kInfinity, 1, 0, kInfinity},
      {352.51796895839254, 1572.6303103088155, 1, 0, kInfinity}}},
    // With the shape held log L has two maxima, 1e-4 apart in height.
    {"TwoMaxima",
     "birnbaum-saunders",
     false,
     1,
     {{"shape", 2.18664764881064}},
     FitStatus::converged,
     -147.4911121703037,
     {2.18664764881064, 287589.8764661773},
     {{119646.8325224197, 119646.8325224197, 1, 0, kInfinity},
      {122630.61188316233, 122630.61188316233, 1, 0, kInfinity},
      {118650.27585283786, 118650.27585283786, 1, 0, kInfinity},
      {117956.85686223712, 117956.85686223712, 1, 0, kInfinity},
      {119584.41679467492, 119584.41679467492, 1, 0, kInfinity},
      {123718.27114572006, 123718.27114572006, 1, 0, kInfinity},
      {121734.52735181681, 121734.52735181681, 1, 0, kInfinity},
      {120882.14328837779, 120882.14328837779, 1, 0, kInfinity},
      {135523.19756825335, 135523.19756825335, 1, 0, kInfinity},
      {118696.60891267186, 118696.60891267186, 1, 0, kInfinity},
      {127579.78730455409, 127579.78730455409, 1, 0, kInfinity}}},
    // Nothing failed.
    {"NoFailure",
     "loglogistic-3p",
     false,
     1,
     {{"threshold", 200.102028161202}},
     FitStatus::unbounded,
     kAbsent,
     {},
     {{979.435883234668, kInfinity, 1, 0, kInfinity}, {1213.1332911345262, kInfinity, 1, 0, kInfinity}}},
};

LifeTable table_of(const DifficultSample& s) {
  LifeTable t;
  for (const Row& r : s.rows) {
    t.lower.push_back(r.lower);
    t.upper.push_back(r.upper);
    t.count.push_back(r.count);
    t.entry.push_back(r.entry);
    t.exit.push_back(r.exit);
  }
  return t;
}

class DifficultSamples : public testing::TestWithParam<DifficultSample> {};

TEST_P(DifficultSamples, AreAnsweredRightly) {
  const DifficultSample& s = GetParam();
  const LifeTable table = table_of(s);
  FitOptions o;
  o.distributions = {s.distribution};
  o.selection = "one";
  o.limited_failure = s.limited_failure;
  o.mixture = s.mixture;
  o.fixed = s.fixed;
  o.bounds = "none";
  o.threads = 1;
  const FitReport report = fit(table, o);
  ASSERT_EQ(report.models.size(), 1U);
  const ModelResult& m = report.models.front();
  ASSERT_EQ(to_string(m.convergence.status), std::string(to_string(s.status))) << m.convergence.reason;
  if (s.estimates.empty()) {
    EXPECT_FALSE(m.convergence.reason.empty());
    for (const NamedQuantity& p : m.parameters) EXPECT_TRUE(p.fixed || std::isnan(p.value.estimate)) << p.name;
    return;
  }
  EXPECT_NEAR(m.log_likelihood, s.log_likelihood, 1e-8 * (1.0 + std::fabs(s.log_likelihood)));
  ASSERT_EQ(m.parameters.size(), s.estimates.size());
  witness::Model model;
  model.distribution = s.distribution;
  model.limited_failure = s.limited_failure;
  model.mixture = s.mixture;
  model.fixed = s.fixed;
  std::vector<double> theta;
  for (std::size_t i = 0; i < s.estimates.size(); ++i) {
    theta.push_back(m.parameters[i].value.estimate);
    EXPECT_NEAR(theta[i], s.estimates[i], 1e-5 * std::fabs(s.estimates[i])) << m.parameters[i].name;
  }
  if (s.status != FitStatus::converged) return;
  witness::Request request;
  request.wald = request.profile = false;
  const witness::Certificate c = witness::certify(table, model, theta, request);
  ASSERT_EQ(c.status, witness::CertificateStatus::maximum);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    if (m.parameters[i].fixed) continue;
    EXPECT_NEAR(theta[i], c.parameters[i].estimate, 1e-5 * std::fabs(theta[i])) << m.parameters[i].name;
    EXPECT_NEAR(m.parameters[i].value.std_error, c.parameters[i].std_error, 1e-4 * c.parameters[i].std_error)
        << m.parameters[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzzer, DifficultSamples, testing::ValuesIn(kSamples), [](const auto& each) {
  return each.param.name;
});

}  // namespace
}  // namespace relia
