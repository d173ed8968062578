#include "hub/connection.h"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/http/read.hpp>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "base/text.h"
#include "fs/posix_fs.h"
#include "hub/router.h"

namespace paw::hub {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::uint64_t kFilePieceBytes = 256 * 1024;
constexpr std::size_t kFieldsMax = 100;
constexpr double kLingerSeconds = 2;
constexpr std::size_t kLingerPieceBytes = 64 * 1024, kLingerBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kRequestsPerConnection = 10'000;

std::chrono::milliseconds Milliseconds(double seconds) { return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)); }

// The status that a failed read is answered with; 0: nobody is there to answer.
int StatusOfReadError(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error.category() == http::make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream &&
      error != http::error::partial_message) {
    return 400;
  }
  return 0;
}

}  // namespace

bool TooManyFields(const RequestParser& parser) {
  return static_cast<std::size_t>(std::distance(parser.get().begin(), parser.get().end())) > kFieldsMax;
}

Request RequestOf(const RequestParser& parser) {
  Request request;
  const auto& message = parser.get();
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    std::string name = LowerAscii(std::string_view(field.name_string().data(), field.name_string().size()));
    const std::string value(field.value());
    const auto [place, added] = request.headers.emplace(std::move(name), value);
    if (!added) place->second += ", " + value;
  }
  return request;
}

// A body that the handler writes piece by piece, in chunks. Each piece waits until the one before is out: a slow reader slows its handler,
// and one that stands still ends it.
class Connection::StreamWriter : public BodyWriter {
 public:
  StreamWriter(std::shared_ptr<Connection> connection, bool discard) : connection_(std::move(connection)), discard_(discard) {}

  bool Write(std::string_view bytes) override {
    if (bytes.empty() || discard_) return open();
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return Raw(size + std::string(bytes) + "\r\n");
  }
  bool open() const override { return !failed_ && !connection_->state_->stopping.load(); }

  bool Raw(std::string bytes) {
    if (failed_) return false;
    const auto wait = std::make_shared<Wait>();
    asio::post(connection_->stream_.get_executor(), [connection = connection_, wait, text = std::move(bytes)]() mutable {
      connection->out_ = std::move(text);
      connection->stream_.expires_after(Milliseconds(connection->state_->options.write_seconds));
      asio::async_write(connection->stream_, asio::buffer(connection->out_),
                        [connection, wait](const boost::system::error_code& error, std::size_t) { wait->Done(!error); });
    });
    failed_ = !wait->Result();
    return !failed_;
  }

 private:
  struct Wait {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<bool> ok;
    void Done(bool value) {
      {
        const std::lock_guard lock(mutex);
        ok = value;
      }
      changed.notify_one();
    }
    bool Result() {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return ok.has_value(); });
      return *ok;
    }
  };

  std::shared_ptr<Connection> connection_;
  bool discard_;
  bool failed_ = false;
};

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<ServerState> state)
    : stream_(std::move(socket)), read_timer_(stream_.get_executor()), state_(std::move(state)) {
  boost::system::error_code error;
  const auto peer = stream_.socket().remote_endpoint(error);
  if (!error) address_ = peer.address().to_string();
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), error);
  state_->connections.fetch_add(1);
}

Connection::~Connection() {
  ReleaseLarge();
  state_->connections.fetch_sub(1);
}

void Connection::Start() {
  asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->ReadHead(); });
}

void Connection::CloseWhenIdle() {
  if (idle_) Close();
}

void Connection::ReadHead() {
  if (state_->stopping.load()) return Close();
  idle_ = true;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(kRequestHeadBytesMax));
  parser_->body_limit(boost::none);  // set when the head says what it is for
  const bool first_byte_waits = buffer_.size() == 0 && served_ > 0;
  ReadWithin(first_byte_waits ? state_->options.idle_seconds : state_->options.head_seconds);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t) { self->OnHead(error); });
}

void Connection::ReadWithin(double seconds) {
  stream_.expires_never();
  reading_ = true;
  timed_out_ = false;
  read_timer_.expires_after(Milliseconds(seconds));
  read_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error || !self->reading_) return;
    self->timed_out_ = true;
    boost::system::error_code ignored;
    self->stream_.socket().cancel(ignored);
  });
}

void Connection::EndRead() {
  reading_ = false;
  read_timer_.cancel();
}

void Connection::OnHead(const boost::system::error_code& error) {
  EndRead();
  if (error) return OnReadError(error);
  idle_ = false;
  if (TooManyFields(*parser_)) return Refuse(431, "head_too_large", "reading a request: found more than 100 header lines");
  request_ = RequestOf(*parser_);
  request_.caller.address = address_;
  keep_alive_ = parser_->get().keep_alive() && ++served_ < kRequestsPerConnection;
  head_only_ = request_.method == "HEAD";
  auto limit = state_->service->BodyLimit(request_);
  if (Response* refusal = std::get_if<Response>(&limit)) {
    // The body is not read: the connection ends with the reply.
    keep_alive_ = keep_alive_ && parser_->is_done();
    return Send(std::move(*refusal));
  }
  const std::size_t bytes_max = std::get<std::size_t>(limit);
  const auto length = parser_->content_length();
  if (length && *length > bytes_max) {
    return Refuse(413, "too_large",
                  "reading a body: found " + std::to_string(*length) + " bytes, expected at most " + std::to_string(bytes_max));
  }
  parser_->body_limit(bytes_max);
  const std::size_t expected = length ? static_cast<std::size_t>(*length) : bytes_max;
  if (expected > kSmallBodyBytesMax) {
    large_ = expected;
    if (state_->large_bytes.fetch_add(large_) + large_ > state_->options.large_bytes_max) {
      return Refuse(503, "overloaded", "reading a large body: found others being read, try again");
    }
  }
  body_seconds_ = state_->options.body_seconds + static_cast<double>(expected) / 65536;
  const std::string_view expect = request_.Header("expect");
  if (expect.empty()) return ReadBody();
  if (LowerAscii(expect) != "100-continue") return Refuse(417, "expectation_failed", "found an Expect header, expected 100-continue");
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(Milliseconds(state_->options.write_seconds));
  asio::async_write(stream_, asio::buffer(out_), [self = shared_from_this()](const boost::system::error_code& failed, std::size_t) {
    failed ? self->Close() : self->ReadBody();
  });
}

void Connection::ReadBody() {
  ReadWithin(body_seconds_);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](const boost::system::error_code& error, std::size_t) { self->OnBody(error); });
}

void Connection::OnBody(const boost::system::error_code& error) {
  EndRead();
  if (error) return OnReadError(error);
  request_.body = std::move(parser_->get().body());
  Hand();
}

void Connection::OnReadError(const boost::system::error_code& error) {
  const int status = timed_out_ ? 408 : StatusOfReadError(error);
  const bool nothing_sent = status == 408 && idle_ && buffer_.size() == 0;
  if (status == 0 || nothing_sent) return Close();
  constexpr const char* kExpected = ", expected a whole request within the limits of size and time";
  const char* code = status == 431 ? "head_too_large" : status == 413 ? "too_large" : status == 408 ? "too_slow" : "bad_request";
  Refuse(status, code, "reading a request: found " + (timed_out_ ? std::string("the time over") : error.message()) + kExpected);
}

void Connection::Refuse(int status, const std::string& code, const std::string& message) {
  keep_alive_ = false;
  Send(state_->service->Refuse(status, code, message));
}

void Connection::Hand() {
  state_->answering.fetch_add(1);
  const bool taken = state_->workers->Submit([self = shared_from_this()] { self->Deliver(self->state_->service->Handle(self->request_)); });
  if (taken) return;
  state_->answering.fetch_sub(1);
  ReleaseLarge();
  Send(state_->service->Refuse(503, "overloaded", "answering: found as many requests waiting as may, try again"));
}

void Connection::Deliver(Response response) {
  if (response.stream) {
    RunStream(response);
    state_->answering.fetch_sub(1);
    return;
  }
  asio::post(stream_.get_executor(), [self = shared_from_this(), reply = std::move(response)]() mutable {
    self->state_->answering.fetch_sub(1);
    self->ReleaseLarge();
    self->Send(std::move(reply));
  });
}

// On the worker's thread: the handler writes, the server's thread sends.
void Connection::RunStream(const Response& response) {
  StreamWriter writer(shared_from_this(), head_only_);
  bool ok = writer.Raw(ReplyHead(response, std::nullopt, keep_alive_));
  if (ok && !head_only_) {
    try {
      response.stream(writer);
      ok = writer.open() && writer.Raw("0\r\n\r\n");
    } catch (const std::exception&) {
      ok = false;  // the chunks end without their end: the other side sees that it is not all
    }
  }
  asio::post(stream_.get_executor(), [self = shared_from_this(), ok] {
    self->ReleaseLarge();
    ok ? self->AfterReply() : self->Close();
  });
}

void Connection::Send(Response response) {
  if (state_->stopping.load()) keep_alive_ = false;
  const std::uint64_t length = response.file ? response.file->bytes : response.body.size();
  std::string bytes = ReplyHead(response, length, keep_alive_);
  if (head_only_ || !response.file) {
    if (!head_only_) bytes += response.body;
    return WriteThen(std::move(bytes), [this] { AfterReply(); });
  }
  file_ = *response.file;
  WriteThen(std::move(bytes), [this] { SendFilePiece(); });
}

void Connection::SendFilePiece() {
  if (file_.bytes == 0) return AfterReply();
  const std::uint64_t piece = std::min(file_.bytes, kFilePieceBytes);
  const auto mapping = PosixFs().Map(file_.path);
  if (!mapping.ok() || file_.offset + piece > mapping->bytes().size()) return Close();
  std::string bytes(TextOf(mapping->bytes().subspan(file_.offset, piece)));
  file_.offset += piece;
  file_.bytes -= piece;
  WriteThen(std::move(bytes), [this] { SendFilePiece(); });
}

// `then` runs while this connection is alive: the operation holds it.
void Connection::WriteThen(std::string bytes, std::function<void()> then) {
  out_ = std::move(bytes);
  stream_.expires_after(Milliseconds(state_->options.write_seconds));
  asio::async_write(stream_, asio::buffer(out_),
                    [self = shared_from_this(), then = std::move(then)](const boost::system::error_code& error, std::size_t) {
                      error ? self->Close() : then();
                    });
}

void Connection::AfterReply() {
  request_ = {};
  if (keep_alive_) return ReadHead();
  Linger();
}

// A client that still sends would not read the reply if its bytes met a closed socket: they are read and dropped for a while.
void Connection::Linger() {
  if (closed_ || (parser_ && parser_->is_done())) return Close();
  boost::system::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(Milliseconds(kLingerSeconds));
  lingered_ = 0;
  Drain();
}

void Connection::Drain() {
  out_.resize(kLingerPieceBytes);
  stream_.async_read_some(asio::buffer(out_), [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
    self->lingered_ += bytes;
    error || self->lingered_ > kLingerBytesMax ? self->Close() : self->Drain();
  });
}

void Connection::ReleaseLarge() {
  state_->large_bytes.fetch_sub(large_);
  large_ = 0;
}

void Connection::Close() {
  if (closed_) return;
  closed_ = true;
  EndRead();
  boost::system::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.close();
}

}  // namespace paw::hub
