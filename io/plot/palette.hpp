// Colours of the pictures: ink, then those of Okabe and Ito, Color Universal Design (2008), in an order in which
// neighbours differ in lightness too, for print without colour.

#pragma once

#include <array>
#include <cstddef>

namespace relia::io {

struct Colour {
  const char* hex;
  int ansi;  ///< of 256
};

inline constexpr std::array<Colour, 8> kPalette{{{"#222222", 0},
                                                 {"#0072b2", 25},
                                                 {"#d55e00", 166},
                                                 {"#009e73", 36},
                                                 {"#cc79a7", 175},
                                                 {"#56b4e9", 74},
                                                 {"#e69f00", 178},
                                                 {"#7a6f00", 100}}};
inline constexpr const char* kBandOpacity = "0.18";

[[nodiscard]] inline constexpr std::size_t palette_place(int colour) {
  return colour <= 0 ? 0 : 1 + static_cast<std::size_t>(colour - 1) % (kPalette.size() - 1);
}

}  // namespace relia::io
