#include "io/store_layout.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <set>
#include <utility>

#include "io/hdf5_driver.hpp"

namespace relia::io {

namespace {

[[noreturn]] void bad(const std::string& path, const std::string& message) {
  throw damaged(path, message);
}

struct Link {
  std::string name;
  bool hard = false;
};

herr_t collect_link(hid_t, const char* name, const H5L_info_t* info, void* out) {
  auto& links = *static_cast<std::vector<Link>*>(out);
  try {
    links.push_back({name, info->type == H5L_TYPE_HARD});
  } catch (...) {
    return -1;
  }
  return 0;
}

std::vector<Link> links_of(hid_t group) {
  std::vector<Link> links;
  hsize_t at = 0;
  checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &at, collect_link, &links), "links cannot be read");
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
  return links;
}

bool has_link(hid_t group, const std::string& name) {
  return checked(H5Lexists(group, name.c_str(), H5P_DEFAULT), "a link cannot be looked up") > 0;
}

// Opens what a hard link leads to. Links of other kinds are never followed.
Handle open_hard(
    hid_t group, const std::string& name, H5O_type_t type, const std::string& path, haddr_t* address = nullptr) {
  H5L_info_t link;
  checked(H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT), "a link cannot be read");
  if (link.type != H5L_TYPE_HARD) bad(path, "damaged: '" + name + "' is a soft, external or user-defined link");
  H5O_info_t info;
  checked(H5Oget_info_by_name2(group, name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT), "an object cannot be read");
  if (info.type != type) bad(path, "damaged: '" + name + "' is not the kind of object it should be");
  if (address != nullptr) *address = info.addr;
  return type == H5O_TYPE_GROUP ? Handle(H5Gopen2(group, name.c_str(), H5P_DEFAULT), "a group cannot be opened")
                                : Handle(H5Dopen2(group, name.c_str(), H5P_DEFAULT), "a column cannot be opened");
}

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (;;) {
    const std::size_t slash = name.find('/', at);
    parts.push_back(name.substr(at, slash == std::string::npos ? slash : slash - at));
    if (slash == std::string::npos) return parts;
    at = slash + 1;
  }
}

Handle datasets_group(hid_t file, const std::string& path) {
  if (!has_link(file, "datasets")) bad(path, "damaged: it has no group 'datasets'");
  return open_hard(file, "datasets", H5O_TYPE_GROUP, path);
}

bool is_dataset(hid_t group) {
  return has_attribute(group, "relia_kind");
}

enum class Element { float64, int64, code, text };

// Reads shape, type, filters and the place of every chunk of a 1-D dataset.
StoredArray describe_array(hid_t dataset,
                           StoreImage& image,
                           const std::string& path,
                           const std::string& what,
                           bool with_chunks,
                           Element& element,
                           const Beat& beat) {
  StoredArray a;
  const Handle space(H5Dget_space(dataset), "a column has no shape");
  std::array<hsize_t, 32> dims{};
  if (H5Sis_simple(space) <= 0 || H5Sget_simple_extent_ndims(space) != 1) {
    bad(path, "damaged: " + what + " is not one-dimensional");
  }
  checked(H5Sget_simple_extent_dims(space, dims.data(), nullptr), "a column has no shape");
  a.rows = dims[0];

  const Handle type(H5Dget_type(dataset), "a column has no type");
  if (H5Tget_class(type) == H5T_STRING) {
    if (H5Tis_variable_str(type) != 0) bad(path, "damaged: " + what + " holds variable-length strings");
    element = Element::text;
  } else if (H5Tequal(type, H5T_IEEE_F64LE) > 0) {
    element = Element::float64;
  } else if (H5Tequal(type, H5T_STD_I64LE) > 0) {
    element = Element::int64;
  } else if (H5Tequal(type, H5T_STD_U32LE) > 0) {
    element = Element::code;
  } else {
    bad(path, "damaged: " + what + " has a type that no store has");
  }
  a.element = H5Tget_size(type);

  const Handle create(H5Dget_create_plist(dataset), "a column has no layout");
  if (H5Pget_layout(create) != H5D_CHUNKED || H5Pget_external_count(create) != 0) {
    bad(path, "damaged: " + what + " is not stored in chunks");
  }
  std::array<hsize_t, 32> chunk{};
  if (H5Pget_chunk(create, 32, chunk.data()) != 1 || chunk[0] == 0 || chunk[0] > (hsize_t{1} << 27)) {
    bad(path, "damaged: " + what + " has chunks of an impossible shape");
  }
  a.chunk_rows = chunk[0];
  if (a.element == 0 || a.element > kMaxChunk || a.chunk_rows * a.element > kMaxChunk) {
    bad(path, "damaged: " + what + " has absurdly large elements or chunks");
  }
  const int filters = checked(H5Pget_nfilters(create), "filters cannot be read");
  int last = -1;
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, config = 0;
    std::size_t values = 0;
    const H5Z_filter_t f =
        H5Pget_filter2(create, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, &config);
    const int order =
        f == H5Z_FILTER_SHUFFLE ? 0 : (f == H5Z_FILTER_DEFLATE ? 1 : (f == H5Z_FILTER_FLETCHER32 ? 2 : 3));
    if (order == 3 || order <= last) bad(path, "damaged: " + what + " goes through filters that no store uses");
    last = order;
    (order == 0 ? a.filters.shuffle : (order == 1 ? a.filters.deflate : a.filters.fletcher32)) = true;
  }
  a.checksum = static_cast<std::uint64_t>(integer_attribute(dataset, "checksum"));
  if (!with_chunks) return a;

  const std::uint64_t chunks = a.rows / a.chunk_rows + (a.rows % a.chunk_rows != 0 ? 1 : 0);
  const std::uint64_t raw = a.chunk_rows * a.element;
  if (chunks > image.eoa / 8) bad(path, "damaged: " + what + " claims more rows than the file can hold");
  a.chunks.reserve(chunks);
  // Grown without touching it: the driver notes where a chunk lies and reads nothing.
  std::unique_ptr<std::byte[]> buffer;
  std::uint64_t have = 0;
  for (std::uint64_t k = 0; k < chunks; ++k) {
    const hsize_t offset = k * a.chunk_rows;
    hsize_t size = 0;
    checked(H5Dget_chunk_storage_size(dataset, &offset, &size), "a chunk cannot be found");
    if (size == 0) bad(path, "damaged: a chunk of " + what + " is missing");
    if (size > raw + raw / 8 + 64) bad(path, "damaged: a chunk of " + what + " is larger than it can be");
    if (size > have) {
      buffer.reset(new std::byte[size]);
      have = size;
    }
    ChunkPlace place;
    image.recorded = {};
    checked(H5Dread_chunk(dataset, H5P_DEFAULT, &offset, &place.mask, buffer.get()), "a chunk cannot be found");
    if (image.recorded.end - image.recorded.begin != size) bad(path, "damaged: a chunk of " + what + " has no place");
    place.address = image.recorded.begin;
    place.size = size;
    a.chunks.push_back(place);
    if (k % 65536 == 65535) beat(0);
  }
  return a;
}

ColumnRecord describe_column(hid_t group,
                             const std::string& place,
                             StoreImage& image,
                             const std::string& path,
                             bool with_chunks,
                             const Beat& beat) {
  ColumnRecord c;
  c.place = place;
  const Handle dataset = open_hard(group, place, H5O_TYPE_DATASET, path);
  c.column.name = text_attribute(dataset, "name");
  c.column.role = text_attribute(dataset, "role");
  c.column.unit = text_attribute(dataset, "unit");
  const std::string what = "column '" + c.column.name + "'";
  Element element{};
  c.data = describe_array(dataset, image, path, what, with_chunks, element, beat);
  c.column.rows = c.data.rows;
  switch (element) {
    case Element::float64: c.column.type = "float64"; break;
    case Element::int64: c.column.type = "int64"; break;
    case Element::code: c.column.type = "text"; break;
    case Element::text: bad(path, "damaged: " + what + " has a type that no column has");
  }
  c.column.stored_bytes = H5Dget_storage_size(dataset);
  if (c.column.type == "text") {
    const Handle levels = open_hard(group, place + "_levels", H5O_TYPE_DATASET, path);
    c.levels = describe_array(levels, image, path, "the levels of " + what, with_chunks, element, beat);
    if (element != Element::text) bad(path, "damaged: the levels of " + what + " are not text");
    c.column.levels = c.levels.rows;
    c.column.stored_bytes += H5Dget_storage_size(levels);
  }
  return c;
}

bool ends_with(const std::string& s, const std::string& end) {
  return s.size() >= end.size() && s.compare(s.size() - end.size(), end.size(), end) == 0;
}

std::vector<ResultRecord> describe_results(
    hid_t group, StoreImage& image, const std::string& path, bool with_chunks, const Beat& beat) {
  std::vector<ResultRecord> out;
  if (!has_link(group, "results")) return out;
  const Handle results = open_hard(group, "results", H5O_TYPE_GROUP, path);
  for (const Link& link : links_of(results)) {
    beat(0);
    const Handle one = open_hard(results, link.name, H5O_TYPE_GROUP, path);
    ResultRecord r;
    r.result.id = link.name;
    r.result.command = text_attribute(one, "command");
    r.result.data_hash = text_attribute(one, "data_hash");
    r.result.version = text_attribute(one, "relia_version");
    r.result.saved_utc = text_attribute(one, "saved_utc");
    r.result.seed = integer_attribute(one, "seed");
    r.order = integer_attribute(one, "order");
    const Handle json = open_hard(one, "json", H5O_TYPE_DATASET, path);
    Element element{};
    r.json = describe_array(json, image, path, "result '" + link.name + "'", with_chunks, element, beat);
    if (element != Element::text || r.json.rows != 1) bad(path, "damaged: result '" + link.name + "' is not one text");
    out.push_back(std::move(r));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const ResultRecord& a, const ResultRecord& b) { return a.order < b.order; });
  return out;
}

void walk(hid_t group,
          const std::string& prefix,
          int depth,
          const std::string& path,
          std::set<haddr_t>& seen,
          std::vector<std::string>& names,
          const Beat& beat) {
  for (const Link& link : links_of(group)) {
    beat(0);
    const std::string name = prefix + link.name;
    if (!link.hard) bad(path, "damaged: '" + name + "' is a soft, external or user-defined link");
    haddr_t address = 0;
    const Handle child = open_hard(group, link.name, H5O_TYPE_GROUP, path, &address);
    if (!seen.insert(address).second) bad(path, "damaged: '" + name + "' is reached on two ways");
    if (is_dataset(child)) {
      if (const std::string why = why_not_a_store_name(name); !why.empty()) {
        bad(path, "damaged: '" + name + "' cannot be a name: " + why);
      }
      names.push_back(name);
    } else {
      if (depth >= 8) bad(path, "damaged: its groups are nested too deeply");
      walk(child, name + "/", depth + 1, path, seen, names, beat);
    }
  }
}

}  // namespace

void describe_for_hash(std::string& out,
                       const StoredColumn& column,
                       std::uint64_t rows,
                       std::uint64_t checksum,
                       const std::vector<std::string>& levels) {
  // Each text with its length in front, so that no two descriptions run together to the same one.
  const auto add = [&out](const std::string& s) {
    out += std::to_string(s.size());
    out += ':';
    out += s;
  };
  if (out.empty()) out = "relia.data/1";
  add(column.role);
  add(column.name);
  add(column.type);
  add(std::to_string(rows));
  add(std::to_string(checksum));
  if (column.type == "text") {
    for (const std::string& s : levels) add(s);
  }
}

bool has_attribute(hid_t object, const char* name) {
  return checked(H5Aexists(object, name), "an attribute cannot be looked up") > 0;
}

std::string text_attribute(hid_t object, const char* name) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), name);
  const Handle type(H5Aget_type(attribute), name);
  const Handle space(H5Aget_space(attribute), name);
  const std::size_t size = H5Tget_size(type);
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 || size == 0 || size > kMaxText ||
      H5Sget_simple_extent_type(space) != H5S_SCALAR) {
    throw Hdf5Error(std::string("attribute '") + name + "' is not a text of fixed length");
  }
  std::string value(size, '\0');
  checked(H5Aread(attribute, type, value.data()), name);
  value.erase(std::find(value.begin(), value.end(), '\0'), value.end());
  return value;
}

std::int64_t integer_attribute(hid_t object, const char* name) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), name);
  const Handle type(H5Aget_type(attribute), name);
  const Handle space(H5Aget_space(attribute), name);
  if (H5Tequal(type, H5T_STD_I64LE) <= 0 || H5Sget_simple_extent_type(space) != H5S_SCALAR) {
    throw Hdf5Error(std::string("attribute '") + name + "' is not a 64-bit integer");
  }
  std::int64_t value = 0;
  checked(H5Aread(attribute, H5T_NATIVE_INT64, &value), name);
  return value;
}

Handle open_store(StoreImage& image, bool writable, const std::string& path) {
  const Handle access = access_through(image);
  Handle file(H5Fopen("store", writable ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access), "it cannot be opened");
  if (!has_attribute(file, "relia_format") || text_attribute(file, "relia_format") != kFormat) {
    bad(path, "an HDF5 file, but not a store of relia");
  }
  const std::int64_t schema = integer_attribute(file, "schema_version");
  if (schema != kSchemaVersion) {
    bad(path, "has schema version " + std::to_string(schema) + "; this relia reads version " +
                  std::to_string(kSchemaVersion));
  }
  return file;
}

std::vector<std::string> walk_names(hid_t file, const std::string& path, const Beat& beat) {
  for (const Link& link : links_of(file)) {
    if (link.name != "datasets" || !link.hard) bad(path, "damaged: '" + link.name + "' does not belong into a store");
  }
  const Handle top = datasets_group(file, path);
  H5O_info_t info;
  checked(H5Oget_info2(top, &info, H5O_INFO_BASIC), "the group 'datasets' cannot be read");
  std::set<haddr_t> seen = {info.addr};
  std::vector<std::string> names;
  walk(top, "", 1, path, seen, names, beat);
  std::sort(names.begin(), names.end());
  return names;
}

Presence presence(hid_t file, const std::string& path, const std::string& name) {
  Handle at = datasets_group(file, path);
  const std::vector<std::string> parts = parts_of(name);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!has_link(at, parts[i])) return Presence::nothing;
    at = open_hard(at, parts[i], H5O_TYPE_GROUP, path);
    if (is_dataset(at)) return i + 1 == parts.size() ? Presence::dataset : Presence::nothing;
  }
  return Presence::group;
}

Handle open_dataset_group(hid_t file, const std::string& path, const std::string& name) {
  Handle at = datasets_group(file, path);
  for (const std::string& part : parts_of(name)) {
    if (is_dataset(at) || !has_link(at, part)) bad(path, "has no data set '" + name + "'");
    at = open_hard(at, part, H5O_TYPE_GROUP, path);
  }
  if (!is_dataset(at)) bad(path, "has no data set '" + name + "' (but some whose names begin so)");
  return at;
}

DatasetRecord describe(
    hid_t file, StoreImage& image, const std::string& path, const std::string& name, Depth depth, const Beat& beat) {
  const std::string place = path + ":" + name;
  const Handle group = open_dataset_group(file, path, name);
  DatasetRecord r;
  StoredDataset& d = r.dataset;
  d.name = name;
  try {
    if (text_attribute(group, "relia_kind") != "dataset") bad(place, "damaged: it is of an unknown kind");
    d.schema_version = integer_attribute(group, "schema_version");
    d.relia_version = text_attribute(group, "relia_version");
    d.source = text_attribute(group, "source");
    d.source_file = text_attribute(group, "source_file");
    d.source_sha256 = text_attribute(group, "source_sha256");
    d.imported_utc = text_attribute(group, "imported_utc");
    d.time_unit = text_attribute(group, "time_unit");
    d.data_hash = text_attribute(group, "data_hash");
    d.appends = static_cast<std::uint64_t>(integer_attribute(group, "appends"));
    d.counts.n = static_cast<std::uint64_t>(integer_attribute(group, "n"));
    d.counts.failures = static_cast<std::uint64_t>(integer_attribute(group, "failures"));
    d.counts.right_censored = static_cast<std::uint64_t>(integer_attribute(group, "right_censored"));
    d.counts.left_censored = static_cast<std::uint64_t>(integer_attribute(group, "left_censored"));
    d.counts.interval_censored = static_cast<std::uint64_t>(integer_attribute(group, "interval_censored"));
    d.counts.truncated = static_cast<std::uint64_t>(integer_attribute(group, "truncated"));
    d.counts.rows = static_cast<std::uint64_t>(integer_attribute(group, "rows"));

    const std::vector<Link> links = links_of(group);
    if (links.size() > 2 * kMaxColumns) bad(place, "damaged: it has absurdly many columns");
    std::set<std::string> places;
    for (const Link& link : links) places.insert(link.name);
    for (const Link& link : links) {
      if (!link.hard) bad(place, "damaged: '" + link.name + "' is a soft, external or user-defined link");
      if (link.name == "results") continue;
      if (ends_with(link.name, "_levels")) {
        if (places.count(link.name.substr(0, link.name.size() - 7)) == 0) {
          bad(place, "damaged: '" + link.name + "' belongs to no column");
        }
        continue;
      }
      beat(0);
      const bool chunks = depth == Depth::columns || depth == Depth::everything;
      r.columns.push_back(describe_column(group, link.name, image, place, chunks, beat));
    }
    const bool json = depth == Depth::results || depth == Depth::everything;
    if (json) {
      r.results = describe_results(group, image, place, true, beat);
      d.results = r.results.size();
    } else if (places.count("results") != 0) {
      const Handle results = open_hard(group, "results", H5O_TYPE_GROUP, place);
      H5G_info_t info;
      checked(H5Gget_info(results, &info), "results cannot be counted");
      d.results = info.nlinks;
    }
  } catch (const Hdf5Error& e) {
    bad(place, std::string("damaged: ") + e.what());
  }
  // The life itself first, then the others as they came.
  const auto rank = [](const ColumnRecord& c) {
    static const std::array<std::string, 5> kOrder = {"lower", "upper", "count", "entry", "exit"};
    return std::find(kOrder.begin(), kOrder.end(), c.column.role) - kOrder.begin();
  };
  std::stable_sort(r.columns.begin(), r.columns.end(),
                   [&](const ColumnRecord& a, const ColumnRecord& b) { return rank(a) < rank(b); });
  for (const ColumnRecord& c : r.columns) d.columns.push_back(c.column);
  return r;
}

namespace {

void put_array(WireWriter& w, const StoredArray& a) {
  w.number(a.rows);
  w.number(a.element);
  w.number(a.chunk_rows);
  w.number((a.filters.shuffle ? 1U : 0U) | (a.filters.deflate ? 2U : 0U) | (a.filters.fletcher32 ? 4U : 0U));
  w.number(a.checksum);
  w.number(a.chunks.size());
  for (const ChunkPlace& c : a.chunks) {
    w.number(c.address);
    w.number(c.size);
    w.number(c.mask);
  }
}

StoredArray get_array(WireReader& r) {
  StoredArray a;
  a.rows = r.number();
  a.element = r.number();
  a.chunk_rows = r.number();
  const std::uint64_t f = r.number();
  a.filters = {(f & 1) != 0, (f & 2) != 0, (f & 4) != 0};
  a.checksum = r.number();
  a.chunks.resize(r.count(24));
  for (ChunkPlace& c : a.chunks) {
    c.address = r.number();
    c.size = r.number();
    c.mask = static_cast<std::uint32_t>(r.number());
  }
  return a;
}

}  // namespace

void put(WireWriter& w, const DatasetRecord& record) {
  const StoredDataset& d = record.dataset;
  for (const std::string* s : {&d.name, &d.time_unit, &d.source, &d.source_file, &d.source_sha256, &d.imported_utc,
                               &d.relia_version, &d.data_hash}) {
    w.text(*s);
  }
  for (const std::uint64_t v :
       {d.counts.n, d.counts.failures, d.counts.right_censored, d.counts.left_censored, d.counts.interval_censored,
        d.counts.truncated, d.counts.rows, d.results, d.appends, static_cast<std::uint64_t>(d.schema_version)}) {
    w.number(v);
  }
  w.number(record.columns.size());
  for (const ColumnRecord& c : record.columns) {
    for (const std::string* s : {&c.column.name, &c.column.role, &c.column.type, &c.column.unit, &c.place}) w.text(*s);
    w.number(c.column.stored_bytes);
    put_array(w, c.data);
    put_array(w, c.levels);
  }
  w.number(record.results.size());
  for (const ResultRecord& r : record.results) {
    for (const std::string* s :
         {&r.result.id, &r.result.command, &r.result.data_hash, &r.result.version, &r.result.saved_utc}) {
      w.text(*s);
    }
    w.number(static_cast<std::uint64_t>(r.result.seed));
    w.number(static_cast<std::uint64_t>(r.order));
    put_array(w, r.json);
  }
}

DatasetRecord get_dataset(WireReader& w) {
  DatasetRecord record;
  StoredDataset& d = record.dataset;
  for (std::string* s : {&d.name, &d.time_unit, &d.source, &d.source_file, &d.source_sha256, &d.imported_utc,
                         &d.relia_version, &d.data_hash}) {
    *s = w.text();
  }
  for (std::uint64_t* v : {&d.counts.n, &d.counts.failures, &d.counts.right_censored, &d.counts.left_censored,
                           &d.counts.interval_censored, &d.counts.truncated, &d.counts.rows, &d.results, &d.appends}) {
    *v = w.number();
  }
  d.schema_version = static_cast<std::int64_t>(w.number());
  record.columns.resize(w.count(100));
  for (ColumnRecord& c : record.columns) {
    for (std::string* s : {&c.column.name, &c.column.role, &c.column.type, &c.column.unit, &c.place}) *s = w.text();
    c.column.stored_bytes = w.number();
    c.data = get_array(w);
    c.levels = get_array(w);
    c.column.rows = c.data.rows;
    c.column.levels = c.levels.rows;
    d.columns.push_back(c.column);
  }
  record.results.resize(w.count(50));
  for (ResultRecord& r : record.results) {
    for (std::string* s :
         {&r.result.id, &r.result.command, &r.result.data_hash, &r.result.version, &r.result.saved_utc}) {
      *s = w.text();
    }
    r.result.seed = static_cast<std::int64_t>(w.number());
    r.order = static_cast<std::int64_t>(w.number());
    r.json = get_array(w);
  }
  return record;
}

}  // namespace relia::io
