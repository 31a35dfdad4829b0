#include "cli/save_options.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/error.hpp>
#include <relia/io/store.hpp>

#include "cli/output.hpp"

namespace relia::cli {
namespace {

io::Store store_of(const io::StoreAddress& address, const DataOptions& data) {
  return io::Store(address.file, {.lock_timeout = data.lock_timeout.value_or(60.0)});
}

std::string keep(const Answer& answer,
                 const Call& call,
                 const SaveOptions& save,
                 const DataOptions& data,
                 const LoadedTable& loaded) {
  const io::StoreAddress address = io::parse_store_address(data.sources.front()).value();
  io::StoredResult result;
  result.id = save.id;
  result.json = answer.render(Format::json);
  result.command = call.command_line;
  result.data_hash = loaded.data_hash;
  result.version = version_number();
  result.seed = static_cast<std::int64_t>(answer.seed);
  return fmt::format("{}:{}#{}", address.file, address.name, store_of(address, data).save_result(address.name, result));
}

// The same answer, told where it is kept: in every JSON object, or in a line below the text. CSV has no place for it.
std::string with_place(std::string text, Format format, const std::string& place, bool chinese) {
  if (format == Format::text) return text + fmt::format("\n{}{}\n", chinese ? "结果已保存：" : "kept as ", place);
  if (format == Format::csv) return text;
  const std::string value = nlohmann::json(place).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.ends_with("\n}\n")) {
    text.resize(text.size() - 3);
    return text + ",\n  \"saved\": " + value + "\n}\n";
  }
  std::string out;
  for (std::size_t from = 0, end; (end = text.find("}\n", from)) != std::string::npos; from = end + 2) {
    out += text.substr(from, end - from) + ",\"saved\":" + value + "}\n";
  }
  return out;
}

}  // namespace

void SaveOptions::declare(Arguments& given) {
  arguments = &given;
  given.optional_value("--save", "ID",
                       "keep the answer beside its data in the store, under this ID or the next free number; "
                       "relia rerun repeats it",
                       id);
}

void SaveOptions::check(const DataOptions& data) const {
  if (!wanted()) return;
  const auto address = io::parse_store_address(data.sources.front());
  if (!address || !address->result.empty() || address->name.empty()) {
    throw UsageError(
        fmt::format("--save keeps a result beside data in a store; '{}' is not STORE.h5:NAME", data.sources.front()));
  }
  if (id.empty()) return;
  if (!io::why_not_a_store_name(id).empty() || id.find('/') != std::string::npos) {
    throw UsageError(fmt::format("--save: '{}' cannot name a result: letters, digits, '.', '_' and '-'", id));
  }
  bool taken = false;
  try {
    (void)store_of(*address, data).result(address->name, id);
    taken = true;
  } catch (const BadData&) {  // there is none, or reading the data will tell what is wrong
  }
  if (taken) throw UsageError(fmt::format("--save: '{}' already has a result '{}'", data.sources.front(), id));
}

void deliver(const Answer& answer,
             const Call& call,
             const SaveOptions& save,
             const DataOptions& data,
             const LoadedTable& loaded,
             const OutputOptions& output) {
  std::string place;
  std::optional<MachineError> refused;
  try {
    if (save.wanted()) place = keep(answer, call, save, data, loaded);
  } catch (const MachineError& e) {
    refused = e;
  }
  std::string text = answer.render(output.format);
  if (!place.empty()) text = with_place(std::move(text), output.format, place, output.chinese);
  write_output(text, output.file);
  if (refused) throw MachineError(fmt::format("the result is printed but not kept: {}", refused->what()));
}

}  // namespace relia::cli
