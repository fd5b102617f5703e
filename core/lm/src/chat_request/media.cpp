#include "media.hpp"

#include <algorithm>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>

namespace strop {
namespace {

struct Extension {
  std::string_view extension, type;
};
constexpr Extension image_types[] = {
    {".apng", "image/apng"},
    {".avif", "image/avif"},
    {".bmp", "image/bmp"},
    {".gif", "image/gif"},
    {".heic", "image/heic"},
    {".heif", "image/heif"},
    {".ico", "image/vnd.microsoft.icon"},
    {".ief", "image/ief"},
    {".jfif", "image/jpeg"},
    {".jp2", "image/jp2"},
    {".jpe", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".jpg", "image/jpeg"},
    {".jxl", "image/jxl"},
    {".pbm", "image/x-portable-bitmap"},
    {".pgm", "image/x-portable-graymap"},
    {".png", "image/png"},
    {".pnm", "image/x-portable-anymap"},
    {".ppm", "image/x-portable-pixmap"},
    {".ras", "image/x-cmu-raster"},
    {".rgb", "image/x-rgb"},
    {".svg", "image/svg+xml"},
    {".tif", "image/tiff"},
    {".tiff", "image/tiff"},
    {".webp", "image/webp"},
    {".xbm", "image/x-xbitmap"},
    {".xpm", "image/x-xpixmap"},
    {".xwd", "image/x-xwindowdump"},
};

std::string lower_ascii(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

/// Takes the extension off the path, with its dot: os.path.splitext, for which a name may begin with dots.
std::string_view take_extension(std::string_view& path) {
  const std::size_t name = path.rfind('/') + 1;  // 0 where there is no slash
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.find_first_not_of('.', name) >= dot) return "";
  const std::string_view extension = path.substr(dot);
  path.remove_suffix(extension.size());
  return extension;
}

/// The type that a data URI names, without "data:".
std::string_view type_in_data(std::string_view uri) {
  const std::size_t comma = uri.find(',');
  if (comma == std::string_view::npos) return "";
  const std::string_view head = uri.substr(0, comma);
  const std::string_view type = head.substr(0, head.find(';'));
  return type.find('=') == std::string_view::npos && type.starts_with("image/") ? type : "";
}

}  // namespace

std::string image_type_of(std::string_view url) {
  const std::size_t colon = url.find_first_of("/:");
  if (colon != std::string_view::npos && colon > 0 && url[colon] == ':') {
    const bool is_data = lower_ascii(url.substr(0, colon)) == "data";
    url.remove_prefix(colon + 1);
    if (is_data) return std::string(type_in_data(url));
  }
  std::string_view path = url;
  std::string_view found = take_extension(path);
  if (lower_ascii(found) == ".svgz") return "image/svg+xml";  // short for .svg.gz
  if (found == ".gz" || found == ".Z" || found == ".bz2" || found == ".xz" || found == ".br")
    found = take_extension(path);
  const std::string extension = lower_ascii(found);
  for (const Extension& known : image_types)
    if (known.extension == extension) return std::string(known.type);
  return "";
}

bool is_base64(std::string_view data) {
  constexpr std::string_view mark = ";base64,";
  if (const std::size_t at = data.find(mark); data.starts_with("data:") && at != std::string_view::npos)
    data.remove_prefix(at + mark.size());
  const std::string_view stripped = python_strip(data);
  std::string joined;
  if (stripped.size() != data.size() || stripped.find_first_of(" \n\r\t\v\f") != std::string_view::npos) {
    for (std::size_t at = 0; at < stripped.size();) {
      const std::size_t begin = at;
      if (!is_python_space(next_code_point(stripped, at))) joined += stripped.substr(begin, at - begin);
    }
    data = joined;
  }
  if (data.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && data.ends_with('='); ++padding) data.remove_suffix(1);
  return std::all_of(data.begin(), data.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
}

}  // namespace strop
