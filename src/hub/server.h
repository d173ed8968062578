// Server: HTTP/1.1 over TCP. Reads requests, has them answered on worker threads, sends the replies.
//
//   auto server = PAW_TRY(Server::Open(service, options));
//   server->Run();    // until Stop()
//
// One thread moves all bytes (Boost.Beast parses, nothing of it shows here); a request reaches a worker only when it is whole, so a slow
// client costs a socket and no thread. Each phase has a deadline: head, body, each write, idle. What is over a limit is answered with the
// status that says so (400, 408, 413, 417, 431, 503) and the connection is closed.
//
// Thread rule: Stop from any thread, and a signal watcher; the rest from the thread that opened it. Owner: the service outlives the server.
// Errors: kUnavailable for an address that cannot be listened on.
// Source: RFC 9112; the limits' reasons stand beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "hub/exchange.h"
#include "paw/status.h"

namespace paw::hub {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8765;  // 0: any that is free
  int workers = 64;           // calls that wait for the engine sit here: as many rows can share a step
  std::size_t waiting_max = 256;
  std::size_t connections_max = 4096;
  std::size_t large_bytes_max = std::size_t{512} << 20;  // of all bodies above kSmallBodyBytesMax that are being read
  double head_seconds = 15;
  double body_seconds = 60;  // and one more for each 64 KiB
  double write_seconds = 30;
  double idle_seconds = 75;
  double stop_seconds = 10;  // for what is being answered when the server stops
};

inline constexpr std::size_t kRequestHeadBytesMax = 32 * 1024;  // a cookie, a key and a browser's own lines are under 4 KiB

struct ServerCounts {
  std::size_t connections = 0, waiting = 0, busy = 0;
};

// What answers.
class Service {
 public:
  virtual ~Service() = default;
  // Of a request whose head is there: the most bytes its body may have, or the reply that refuses it. On the thread of the server: quick.
  virtual std::variant<std::size_t, Response> BodyLimit(Request& head) = 0;
  // On a worker thread. Never throws; every failure is a Response.
  virtual Response Handle(Request& request) = 0;
  // A request that got no further than the server: malformed, too slow, too many.
  virtual Response Refuse(int status, const std::string& code, const std::string& message) = 0;
};

class Server {
 public:
  static Result<std::unique_ptr<Server>> Open(Service& service, const ServerOptions& options);
  ~Server();
  std::uint16_t port() const;
  // Returns when Stop was called and what was being answered is answered, or stop_seconds are over.
  void Run();
  void Stop();
  ServerCounts counts() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The bytes that begin a reply: status line and header, for a body of `length` bytes; nullopt: chunks.
std::string ReplyHead(const Response& response, std::optional<std::uint64_t> length, bool keep_alive);

// Parses the head and body of one request, as the server does: for tests and the fuzzer. The status is the one it would be refused with.
std::variant<Request, int> ParseRequest(std::string_view bytes, std::size_t body_bytes_max);

}  // namespace paw::hub
