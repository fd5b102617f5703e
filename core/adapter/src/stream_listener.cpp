#include <algorithm>
#include <strop/adapter/stream_listener.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <utility>
#include <vector>

#include "chat_header.hpp"
#include "json_prefix.hpp"

namespace strop {
namespace {

constexpr std::size_t most_held = 10;  // chunks that may be the beginning of an end

enum class Format { chat, json, xml };

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// Whether a header of any field is in the text.
bool has_header(std::string_view text) {
  constexpr std::string_view open = "[[ ## ";
  std::size_t length = 0;
  for (std::size_t at = text.find(open); at != text.npos; at = text.find(open, at + 1))
    if (!detail::header_name(text.substr(at), length).empty()) return true;
  return false;
}

/// Up to the last or first of it; where there is none, all but the last character, as Python's text[:-1].
std::string_view up_to(std::string_view text, std::size_t end) {
  if (end != text.npos) return text.substr(0, end);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.remove_suffix(1);
  if (!text.empty()) text.remove_suffix(1);
  return text;
}

}  // namespace

class StreamListener::State {
 public:
  State(Format format, std::string field, ListenOptions options)
      : format_(format), field_(std::move(field)), options_(options) {
    start_ = format == Format::chat   ? "[[ ## " + field_ + " ## ]]"
             : format == Format::json ? '"' + field_ + "\":"
                                      : '<' + field_ + '>';
    end_tag_ = "</" + field_ + '>';
  }

  std::optional<ListenedChunk> push(std::optional<std::string_view> content,
                                    std::optional<std::string_view> reasoning) {
    if (reply_.ended) {
      if (!options_.allow_reuse) return {};
      reply_ = {};
    }
    if (options_.reasoning && reasoning && !reasoning->empty()) return ListenedChunk{std::string(*reasoning), false};
    if (!content) return {};
    std::string chunk(*content);
    if (comes_whole(chunk)) {
      reply_.ended = true;
      return {};
    }
    if (!reply_.started && !find_start(chunk)) return {};
    if (chunk.empty()) return {};
    reply_.held.push_back(chunk);
    std::optional<std::string> text;
    if (!may_end()) {
      text = flush();
    } else if (reply_.held.size() > most_held) {
      text = std::move(reply_.held.front());
      reply_.held.erase(reply_.held.begin());
    }
    return format_ == Format::json ? json_chunk(std::move(text), chunk) : marked_chunk(std::move(text).value_or(""));
  }

  std::optional<ListenedChunk> finish() {
    if (reply_.ended || !reply_.started) return {};
    reply_.ended = true;
    const std::string text = flush();
    if (text.empty()) return {};
    return ListenedChunk{reply_.space + text, true};
  }

 private:
  /// What is known of one reply.
  struct Reply {
    bool started = false, ended = false;
    std::string before;             // that may be the beginning of what begins the field; empty where nothing may
    std::size_t searched = 0;       // bytes of it in which the beginning is not
    std::size_t words_end = 0;      // of it, without the white space at its end
    std::vector<std::string> held;  // chunks that may be the beginning of the end
    bool begun = false;             // something else than white space was given
    std::string space;              // white space that is given if something follows
    detail::JsonPrefix json{false};
    std::string keys[2];  // those that differ
    std::size_t key_count = 0;
    bool brace = false;  // the last character but for white space is one
  };

  /// DSPy takes a chunk with both marks for a reply from a cache, and lets it pass.
  bool comes_whole(std::string_view chunk) const {
    if (format_ == Format::json) return false;
    const std::size_t at = chunk.find(start_);
    return at != chunk.npos && has_end(chunk.substr(at + start_.size()));
  }

  bool has_end(std::string_view text) const {
    return format_ == Format::chat ? has_header(text) : contains(text, end_tag_);
  }

  /// Looks for what begins the field; then `chunk` is what follows it.
  bool find_start(std::string& chunk) {
    if (reply_.before.empty()) {
      const char mark = start_.front();
      if (contains(chunk, {&mark, 1})) append_before(chunk);
      return false;
    }
    append_before(chunk);
    std::string& before = reply_.before;
    if (const std::size_t at = before.find(start_, reply_.searched); at != before.npos) {
      reply_.started = true;
      chunk = python_lstrip(std::string_view(before).substr(at + start_.size()));
      before.clear();
      if (format_ == Format::json)
        for (const char c : '{' + start_) read_json(c);
      return true;
    }
    reply_.searched = before.size() - std::min(before.size(), start_.size() - 1);
    const std::string_view words = std::string_view(before).substr(0, reply_.words_end);
    for (std::size_t size = std::min(words.size(), start_.size()); size > 0; --size)
      if (start_.starts_with(words.substr(words.size() - size))) return false;
    reply_.before.clear();
    reply_.searched = reply_.words_end = 0;
    return false;
  }

  void append_before(std::string_view chunk) {
    if (const std::string_view words = python_rstrip(chunk); !words.empty())
      reply_.words_end = reply_.before.size() + words.size();
    reply_.before += chunk;
  }

  /// Whether what is held may be the beginning of the end.
  bool may_end() const {
    std::string joined;
    for (const std::string& chunk : reply_.held) joined += chunk;
    const std::string_view text = python_strip(joined);
    const auto ends = [&](std::initializer_list<std::string_view> beginnings) {
      return std::any_of(beginnings.begin(), beginnings.end(), [&](auto one) { return text.ends_with(one); });
    };
    if (format_ == Format::chat) return ends({"[", "[[ #"}) || contains(text, "[[ ##");
    if (format_ == Format::json) return ends({"\"", "\","}) || contains(text, "}");
    return ends({"<"}) || contains(text, "</");
  }

  /// All that is held, up to where the end begins.
  std::string flush() {
    std::string text;
    for (const std::string& chunk : std::exchange(reply_.held, {})) text += chunk;
    if (format_ != Format::json)
      text.resize(std::min(text.size(), text.find(format_ == Format::chat ? "[[" : end_tag_)));
    return text;
  }

  std::optional<ListenedChunk> marked_chunk(std::string text) {
    std::string joined;
    for (const std::string& chunk : reply_.held) joined += chunk;
    if (has_end(python_strip(joined))) {
      reply_.ended = true;
      text = python_rstrip(text += flush());
    }
    if (!reply_.begun) text = python_lstrip(text);
    if (const std::string_view words = python_rstrip(text); !words.empty()) {
      reply_.begun = true;
      std::string space = std::exchange(reply_.space, text.substr(words.size()));
      text = space.append(words);
    } else {
      reply_.space += std::exchange(text, {});
    }
    if (text.empty() && !reply_.ended) return {};
    return ListenedChunk{std::move(text), reply_.ended};
  }

  void read_json(char c) {
    using Event = detail::JsonPrefix::Event;
    if (reply_.json.read(c) == Event::value) count_key();
  }

  void count_key() {
    const std::string& key = reply_.json.key();
    const auto known = reply_.keys + reply_.key_count;
    if (reply_.key_count < 2 && std::find(reply_.keys, known, key) == known) reply_.keys[reply_.key_count++] = key;
  }

  std::optional<ListenedChunk> json_chunk(std::optional<std::string> text, std::string_view chunk) {
    for (const char c : chunk) read_json(c);
    if (const std::string_view words = python_rstrip(chunk); !words.empty()) reply_.brace = words.back() == '}';
    const auto end_before = [&](std::string_view rest, std::size_t end) {
      reply_.ended = true;
      return ListenedChunk{std::move(text).value_or("").append(up_to(rest, end)), true};
    };
    if (reply_.brace && reply_.json.is_whole()) {
      const std::string rest = flush();
      return end_before(rest, rest.rfind('}'));
    }
    if (!reply_.json.is_wrong()) {
      if (!reply_.json.is_closed() && reply_.json.value_begun()) count_key();
      if (reply_.key_count > 1) {
        const std::string rest = flush();
        return end_before(rest, rest.find(reply_.keys[reply_.keys[0] == field_ ? 1 : 0]));
      }
    }
    if (!text || text->empty()) return {};
    return ListenedChunk{std::move(*text), false};
  }

  Format format_;
  std::string field_;
  ListenOptions options_;
  std::string start_, end_tag_;
  Reply reply_;
};

Result<StreamListener> StreamListener::make(std::string_view adapter, std::string field, ListenOptions options) {
  constexpr std::pair<std::string_view, Format> formats[] = {
      {"chat", Format::chat}, {"json", Format::json}, {"xml", Format::xml}};
  for (const auto& [name, format] : formats)
    if (name == adapter) return StreamListener(std::make_unique<State>(format, std::move(field), options));
  return Failure{"unsupported_adapter",
                 format("there is no listener for the adapter \"{}\", only for chat, json and xml", {adapter})};
}

StreamListener::StreamListener(std::unique_ptr<State> state) : state_(std::move(state)) {}
StreamListener::StreamListener(StreamListener&&) noexcept = default;
StreamListener& StreamListener::operator=(StreamListener&&) noexcept = default;
StreamListener::~StreamListener() = default;

std::optional<ListenedChunk> StreamListener::push(std::optional<std::string_view> content,
                                                  std::optional<std::string_view> reasoning) {
  return state_->push(content, reasoning);
}

std::optional<ListenedChunk> StreamListener::finish() { return state_->finish(); }

}  // namespace strop
