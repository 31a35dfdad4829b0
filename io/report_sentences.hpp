// Sentences that come with the numbers (verdicts, reasons, advice, warnings) are English in the result; here
// they find their other languages.

#pragma once

#include <string>

#include <relia/io/report.hpp>

namespace relia::io {

/// The sentence in that language; itself when the table does not know it (or English is asked for).
[[nodiscard]] std::string in_language(const std::string& sentence, Language language);

}  // namespace relia::io
