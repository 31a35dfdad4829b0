#include "core/rank_errors.hpp"

#include <cstdint>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <relia/error.hpp>

namespace relia {
namespace {

// On the way an error is a letter for its kind and its parts, each text behind its length.
void put(std::string& out, std::uint64_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void put(std::string& out, const std::string& text) {
  put(out, std::uint64_t{text.size()});
  out += text;
}

std::uint64_t take_number(std::string_view& in) {
  std::uint64_t number = 0;
  std::memcpy(&number, in.data(), sizeof number);
  in.remove_prefix(sizeof number);
  return number;
}

std::string take_text(std::string_view& in) {
  const auto length = static_cast<std::size_t>(take_number(in));
  std::string text(in.substr(0, length));
  in.remove_prefix(length);
  return text;
}

std::string packed(const std::exception_ptr& error) {
  std::string out;
  if (!error) return out;
  try {
    std::rethrow_exception(error);
  } catch (const BadData& e) {
    out = 'd';
    put(out, e.errors().total);
    put(out, std::uint64_t{e.errors().first.size()});
    for (const DataError& d : e.errors().first) {
      put(out, d.file);
      put(out, d.line);
      put(out, d.column);
      put(out, d.message);
    }
  } catch (const UsageError& e) {
    put(out = 'u', std::string(e.what()));
  } catch (const MachineError& e) {
    put(out = 'm', std::string(e.what()));
  } catch (const std::bad_alloc&) {
    out = 'a';
  } catch (const std::exception& e) {
    put(out = 'x', std::string(e.what()));
  } catch (...) {
    put(out = 'x', std::string("an error of unknown kind"));
  }
  return out;
}

[[noreturn]] void throw_packed(std::string_view in) {
  const char kind = in.front();
  in.remove_prefix(1);
  switch (kind) {
    case 'd': {
      DataErrors errors;
      errors.total = take_number(in);
      for (std::uint64_t left = take_number(in); left > 0; --left) {
        DataError d;
        d.file = take_text(in);
        d.line = take_number(in);
        d.column = take_text(in);
        d.message = take_text(in);
        errors.first.push_back(std::move(d));
      }
      throw BadData(std::move(errors));
    }
    case 'u': throw UsageError(take_text(in));
    case 'm': throw MachineError(take_text(in));
    case 'a': throw std::bad_alloc();
    default: throw std::runtime_error(take_text(in));
  }
}

}  // namespace

void throw_first_error(const Ranks& ranks, const std::exception_ptr& own) {
  for (const std::string& error : ranks.gather(packed(own), true)) {
    if (!error.empty()) throw_packed(error);
  }
}

}  // namespace relia
