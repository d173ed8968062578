#include "hub/server.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <list>
#include <optional>

#include "base/text.h"
#include "hub/connection.h"

namespace paw::hub {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kStopPoll = std::chrono::milliseconds(20);

// No line of a header may hold a line end, whatever a handler puts there.
std::string OneLine(std::string text) {
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  return text;
}

}  // namespace

std::string ReplyHead(const Response& response, std::optional<std::uint64_t> length, bool keep_alive) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason.data(), reason.size()) + "\r\n";
  if (response.status != 204 && response.status != 304) head += "Content-Type: " + OneLine(response.content_type) + "\r\n";
  if (!length) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (response.status != 304 && response.status != 204) {
    head += "Content-Length: " + std::to_string(*length) + "\r\n";
  }
  for (const auto& [name, value] : response.headers) head += OneLine(name) + ": " + OneLine(value) + "\r\n";
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

std::variant<Request, int> ParseRequest(std::string_view bytes, std::size_t body_bytes_max) {
  RequestParser parser;
  parser.header_limit(static_cast<std::uint32_t>(kRequestHeadBytesMax));
  parser.body_limit(body_bytes_max);
  parser.eager(true);
  boost::system::error_code error;
  std::size_t at = 0;
  while (at < bytes.size() && !parser.is_done() && !error) {
    const std::size_t used = parser.put(asio::buffer(bytes.data() + at, bytes.size() - at), error);
    at += used;
    if (used == 0) break;
  }
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error && error != http::error::need_more) return 400;
  if (!parser.is_done()) return 408;
  if (TooManyFields(parser)) return 431;
  Request request = RequestOf(parser);
  request.body = std::move(parser.get().body());
  return request;
}

struct Server::Impl {
  explicit Impl(Service& answerer, const ServerOptions& asked)
      : state(std::make_shared<ServerState>()), acceptor(io), timer(io), workers(asked.workers, asked.waiting_max) {
    state->service = &answerer;
    state->options = asked;
    state->workers = &workers;
  }

  Status Listen() {
    boost::system::error_code error;
    const ServerOptions& options = state->options;
    const std::string what = "listening on " + Printable(options.address) + ":" + std::to_string(options.port);
    const auto address = asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
    if (error) return Usage(what + ": found no address, expected one such as 127.0.0.1 or 0.0.0.0");
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1024, error);
    if (error) return Unavailable(what + ": " + error.message());
    return Ok();
  }

  void Accept() {
    acceptor.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
      if (state->stopping.load()) return;
      if (!error) Take(std::move(socket));
      if (!error) return Accept();
      // No descriptor is free: wait a little for one.
      timer.expires_after(std::chrono::milliseconds(50));
      timer.async_wait([this](const boost::system::error_code&) { Accept(); });
    });
  }

  void Take(tcp::socket socket) {
    if (state->connections.load() >= state->options.connections_max) return;  // closed with the socket
    if (connections.size() > 2 * state->connections.load() + 64) {
      std::erase_if(connections, [](const std::weak_ptr<Connection>& one) { return one.expired(); });
    }
    const auto connection = std::make_shared<Connection>(std::move(socket), state);
    connections.push_back(connection);
    connection->Start();
  }

  // On the server's thread: no new request begins; the io context ends when the last reply is out, or the time is over.
  void BeginStop() {
    state->stopping.store(true);
    boost::system::error_code ignored;
    acceptor.close(ignored);
    for (const auto& weak : connections) {
      if (const auto connection = weak.lock()) connection->CloseWhenIdle();
    }
    stop_at = std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(state->options.stop_seconds * 1000));
    WaitForReplies();
  }

  void WaitForReplies() {
    if (state->connections.load() == 0 || std::chrono::steady_clock::now() >= stop_at) return io.stop();
    timer.expires_after(kStopPoll);
    timer.async_wait([this](const boost::system::error_code&) { WaitForReplies(); });
  }

  asio::io_context io{1};
  std::shared_ptr<ServerState> state;
  tcp::acceptor acceptor;
  asio::steady_timer timer;
  std::list<std::weak_ptr<Connection>> connections;
  std::chrono::steady_clock::time_point stop_at;
  WorkerPool workers;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::Open(Service& service, const ServerOptions& options) {
  auto impl = std::make_unique<Impl>(service, options);
  PAW_TRY(impl->Listen());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

void Server::Run() {
  impl_->Accept();
  impl_->io.run();
  // Handlers that still stream see that the server stops; their last pieces have to be sent or given up.
  for (const auto& weak : impl_->connections) {
    if (const auto connection = weak.lock()) connection->Abandon();
  }
  const auto work = asio::make_work_guard(impl_->io);
  while (!impl_->workers.idle()) {
    impl_->io.restart();
    impl_->io.run_for(kStopPoll);
  }
}

void Server::Stop() {
  asio::post(impl_->io, [this] { impl_->BeginStop(); });
}

ServerCounts Server::counts() const { return {impl_->state->connections.load(), impl_->workers.waiting(), impl_->workers.busy()}; }

}  // namespace paw::hub
