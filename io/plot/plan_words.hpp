// Plans of simulated tests, which are made in English, in the language of a page.

#pragma once

#include <string>

#include <relia/io/report.hpp>

namespace relia::io {

[[nodiscard]] std::string plan_in_language(std::string plan, Language language);

}  // namespace relia::io
