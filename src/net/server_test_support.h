// TestServer: an HTTP server on this machine that answers each request with bytes that a test makes, for the tests of net/ and of what
// stands on it. One request a connection, then it closes: bytes fewer than a Content-Length says are a connection that breaks.
//
// Thread rule: the handler runs on the server's own thread, one request at a time; requests() may be read from any. Owner: the test.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace paw {

class TestServer {
 public:
  using Handler = std::function<std::string(const std::string& request)>;

  explicit TestServer(Handler handler) : handler_(std::move(handler)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool ready = bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 && listen(listener_, 8) == 0 &&
                       getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    port_ = ready ? std::to_string(ntohs(address.sin_port)) : "0";
    thread_ = std::thread([this] { Serve(); });
  }
  ~TestServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + port_; }
  const std::string& port() const { return port_; }
  // All bytes of each request so far.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  // A whole reply. `headers`: lines with their ends, Content-Length not among them.
  static std::string Reply(const std::string& status, const std::string& headers, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
           body;
  }
  static std::string JsonReply(const std::string& status, const std::string& body) {
    return Reply(status, "Content-Type: application/json\r\n", body);
  }
  // The value of a header of a request, or "".
  static std::string Header(const std::string& request, const std::string& name) {
    const std::size_t at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos || at > request.find("\r\n\r\n")) return "";
    const std::size_t begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }
  // "GET /path?query"
  static std::string Target(const std::string& request) { return request.substr(0, request.find(" HTTP/")); }
  static std::string BodyOf(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }

 private:
  void Serve() {
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      const std::string request = ReadRequest(connection);
      if (!request.empty()) {
        {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
        }
        Send(connection, handler_(request));
      }
      close(connection);
    }
  }

  static std::string ReadRequest(int connection) {
    std::string request;
    char buffer[1 << 16];
    std::size_t whole = std::string::npos;
    while (request.size() < whole) {
      const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
      if (got <= 0) return "";
      request.append(buffer, static_cast<std::size_t>(got));
      const std::size_t end = request.find("\r\n\r\n");
      if (end == std::string::npos || whole != std::string::npos) continue;
      const std::string length = Header(request, "Content-Length");
      std::size_t bytes = 0;
      std::from_chars(length.data(), length.data() + length.size(), bytes);
      whole = end + 4 + bytes;
    }
    return request;
  }

  static void Send(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t some = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (some <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(some));
    }
  }

  Handler handler_;
  int listener_;
  std::string port_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace paw
