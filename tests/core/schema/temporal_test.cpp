#include <catch2/catch_all.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
/// What the JSON text reads as, as JSON; "-" where it is refused.
std::string read(const char* type, const char* json) {
  const Result<Json> value = validate(*parse_json(json), *parse_type(type));
  return value ? dump_json(*value) : "-";
}
}  // namespace

TEST_CASE("dates and times are read as pydantic reads them, and written in ISO 8601") {
  struct Row {
    const char *type, *json, *wanted;
  };
  const Row rows[] = {
      {"date", R"("2024-02-29")", R"("2024-02-29")"},
      {"date", R"("2023-02-29")", "-"},
      {"date", R"("2024-01-31T00:00:00")", R"("2024-01-31")"},
      {"date", R"("2024-01-31T00:00:01")", "-"},
      {"date", R"(" 2024-01-31")", "-"},
      {"date", "86400", R"("1970-01-02")"},
      {"date", "-86400", R"("1969-12-31")"},
      {"date", "1.5", "-"},
      {"datetime", R"("2024-01-31 10:20")", R"("2024-01-31T10:20:00")"},
      {"datetime", R"("2024-01-31T10:20:30.1234567-05:30")", R"("2024-01-31T10:20:30.123456-05:30")"},
      {"datetime", R"("2024-01-31T10:20:30+00:00")", R"("2024-01-31T10:20:30Z")"},
      {"datetime", R"("2024-01-31T10:20:30+02")", "-"},
      {"datetime", R"("1706659200123")", R"("2024-01-31T00:00:00.123000Z")"},
      {"datetime", "20000000001", R"("1970-08-20T11:33:20.001000Z")"},
      {"datetime", "true", "-"},
      {"datetime", "1e300", "-"},
      {"time", R"("10:20:30,5")", R"("10:20:30.500000")"},
      {"time", R"("3600")", "-"},
      {"time", "86399.9999999", "-"},
      {"timedelta", R"("P1Y2M3W4DT5H6M7.8S")", R"("P1Y85DT5H6M7.8S")"},
      {"timedelta", R"("-PT0.1S")", R"("-PT0.1S")"},
      {"timedelta", R"("1 DAY, 10:20:30.1234567")", R"("P1DT10H20M30.123456S")"},
      {"timedelta", R"("1d2:03")", "-"},
      {"timedelta", R"("PT")", "-"},
      {"timedelta", R"("100")", "-"},
      {"timedelta", "true", R"("PT1S")"},
      {"timedelta", R"("P999999999D")", R"("P2739726Y9D")"},
      {"timedelta", R"("P1000000000D")", "-"},
  };
  for (const Row& row : rows) {
    INFO(row.type << " " << row.json);
    CHECK(read(row.type, row.json) == row.wanted);
  }
}

TEST_CASE("decimals and UUIDs are written as Python writes them") {
  CHECK(read("Decimal", R"(" 1_000.50 ")") == R"("1000.50")");
  CHECK(read("Decimal", R"("1e3")") == R"("1E+3")");
  CHECK(read("Decimal", R"("0.000001")") == R"("0.000001")");
  CHECK(read("Decimal", R"("0.0000001")") == R"("1E-7")");
  CHECK(read("Decimal", R"("-00.0")") == R"("-0.0")");
  CHECK(read("Decimal", "1e20") == R"("1E+20")");
  CHECK(read("Decimal", "123456789012345678901234567890") == R"("123456789012345678901234567890")");
  for (const char* wrong :
       {R"("NaN")", R"("inf")", R"("")", R"("1.2.3")", R"("1e")", "true", R"("1e999999999999999999")"})
    CHECK(read("Decimal", wrong) == "-");
  const std::string id = R"("12345678-1234-5678-1234-567812345678")";
  for (const char* given :
       {R"("12345678123456781234567812345678")", R"("urn:uuid:12345678-1234-5678-1234-567812345678")",
        R"("{12345678-1234-5678-1234-567812345678}")"})
    CHECK(read("UUID", given) == id);
  CHECK(read("UUID", R"("12345678-12345678-1234-567812345678")") == "-");
}
