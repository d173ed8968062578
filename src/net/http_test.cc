#include "net/http.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "net/server_test_support.h"

namespace {

constexpr std::string_view kHungName = "hangs.invalid";
constexpr std::chrono::seconds kHungAtMost{20};
std::binary_semaphore let_go{0};
std::atomic<bool> asked_for{false}, hung_to_the_end{false};
std::atomic<bool> looked_up{false};

}  // namespace

// In front of the system's for libcurl too: one name takes until a test lets it go.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto system = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr || name != kHungName) return system(name, service, hints, found);
  asked_for = true;
  hung_to_the_end = !let_go.try_acquire_for(kHungAtMost);
  looked_up = true;
  return EAI_AGAIN;
}

namespace paw {
namespace {

// A server for one connection on this machine: takes a request, sends the bytes it was given, closes. Without bytes it says nothing until
// the client goes away.
class OneReply {
 public:
  explicit OneReply(std::string bytes) : bytes_(std::move(bytes)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { Serve(); });
  }
  ~OneReply() {
    shutdown(listener_, SHUT_RDWR);
    Join();
    close(listener_);
  }

  const std::string& url() const { return url_; }
  const std::string& Request() {
    Join();
    return request_;
  }

 private:
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  void Serve() {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    char buffer[4096];
    while (bytes_.empty() || request_.find("the end") == std::string::npos) {
      const ssize_t got = read(connection, buffer, sizeof buffer);
      if (got <= 0) break;
      request_.append(buffer, static_cast<std::size_t>(got));
      if (request_.starts_with("GET") && request_.find("\r\n\r\n") != std::string::npos && !bytes_.empty()) break;
    }
    for (std::size_t sent = 0; sent < bytes_.size();) {
      const ssize_t some = send(connection, bytes_.data() + sent, bytes_.size() - sent, MSG_NOSIGNAL);
      if (some <= 0) break;
      sent += static_cast<std::size_t>(some);
    }
    close(connection);
  }

  std::string bytes_;
  std::string request_;
  std::string url_;
  int listener_;
  std::thread thread_;
};

class HttpTest : public testing::Test {
 protected:
  void SetUp() override {
    auto http = OpenHttp();
    ASSERT_TRUE(http.ok()) << http.message();
    http_ = std::move(http).value();
  }

  Result<HttpReply> Post(const std::string& url, std::size_t bytes_max = 1000, double seconds_max = 20,
                         const CancelFlag* cancel = nullptr) {
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Authorization", "Bearer a-secret"}, {"Content-Type", "application/json"}};
    request.body = "{\"question\": 1} the end";
    request.reply_bytes_max = bytes_max;
    request.seconds_max = seconds_max;
    return http_->Send(request, cancel);
  }

  std::unique_ptr<Http> http_;
};

TEST_F(HttpTest, SendsABodyAndTakesTheReply) {
  OneReply server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-One: first\r\nx-one:  second \r\n\r\nhello");
  const auto reply = Post(server.url() + "/v1/chat");
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "hello");
  EXPECT_EQ(reply->headers.at("x-one"), "second");
  const std::string& sent = server.Request();
  EXPECT_TRUE(sent.starts_with("POST /v1/chat HTTP/1.1\r\n")) << sent;
  EXPECT_NE(sent.find("\r\nAuthorization: Bearer a-secret\r\n"), std::string::npos);
  EXPECT_TRUE(sent.ends_with("\r\n\r\n{\"question\": 1} the end")) << sent;
  EXPECT_EQ(sent.find("Expect:"), std::string::npos);
}

TEST_F(HttpTest, ThisMachineIsReachedWithoutAProxy) {
  setenv("no_proxy", "", 1);
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  OneReply server("HTTP/1.1 204 No Content\r\n\r\n");
  const auto reply = Post(server.url());
  unsetenv("http_proxy");
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->status, 204);
}

TEST_F(HttpTest, GetsToo) {
  OneReply server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  HttpRequest request;
  request.url = server.url();
  const auto reply = http_->Send(request, nullptr);
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->body, "abc");
}

TEST_F(HttpTest, EveryMethodGoesOutAsItself) {
  TestServer server([](const std::string& request) {
    if (request.starts_with("HEAD")) return std::string("HTTP/1.1 200 OK\r\nContent-Length: 500\r\nX-There: yes\r\n\r\n");
    return TestServer::Reply("200 OK", "", TestServer::Target(request));
  });
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) {
    HttpRequest request;
    request.method = method;
    request.url = server.url() + "/thing";
    const bool has_body = request.method.starts_with("P");
    if (has_body) request.body = "{\"slug\": \"x\"}";
    const auto reply = http_->Send(request, nullptr);
    ASSERT_TRUE(reply.ok()) << method << reply.message();
    EXPECT_EQ(reply->body, request.method == "HEAD" ? "" : request.method + " /thing");
    EXPECT_EQ(reply->headers.contains("x-there"), request.method == "HEAD");
    EXPECT_EQ(TestServer::BodyOf(server.requests().back()), request.body);
  }
  HttpRequest request;
  request.method = "DELETE";
  request.url = server.url();
  request.body = "no place for it";
  EXPECT_EQ(http_->Send(request, nullptr).code(), Code::kUsage);
}

TEST_F(HttpTest, ErrorsAndRedirectsOfTheServerAreReplies) {
  OneReply busy("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
  const auto reply = Post(busy.url());
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->status, 429);
  EXPECT_EQ(reply->headers.at("retry-after"), "7");
  OneReply moved("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  const auto redirect = Post(moved.url());
  ASSERT_TRUE(redirect.ok()) << redirect.message();
  EXPECT_EQ(redirect->status, 307);
}

TEST_F(HttpTest, AReplyOverItsLimitIsRefused) {
  const std::string body(2000, 'x');
  OneReply honest("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + body);
  EXPECT_EQ(Post(honest.url()).code(), Code::kRefused);
  OneReply silent("HTTP/1.1 200 OK\r\n\r\n" + body);
  EXPECT_EQ(Post(silent.url()).code(), Code::kRefused);
  std::string headers;
  for (int i = 0; i < 3000; ++i) headers += "X-" + std::to_string(i) + ": " + std::string(30, 'y') + "\r\n";
  OneReply wordy("HTTP/1.1 200 OK\r\n" + headers + "\r\n");
  EXPECT_FALSE(Post(wordy.url()).ok());
}

TEST_F(HttpTest, WhatBreaksOffIsUnavailable) {
  OneReply half("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
  const auto reply = Post(half.url());
  EXPECT_EQ(reply.code(), Code::kUnavailable) << reply.message();
  EXPECT_EQ(reply.message().find("a-secret"), std::string::npos);
  OneReply garbage("this is no HTTP\r\n\r\n");
  EXPECT_EQ(Post(garbage.url()).code(), Code::kUnavailable);
  std::string closed;
  {
    OneReply gone("x");
    closed = gone.url();
    (void)Post(closed);
  }
  EXPECT_EQ(Post(closed).code(), Code::kUnavailable);
}

TEST_F(HttpTest, TimesOutAndCanBeCancelled) {
  {
    OneReply silent("");
    const auto late = Post(silent.url(), 1000, 0.2);
    EXPECT_EQ(late.code(), Code::kUnavailable);
    EXPECT_NE(late.message().find("within 1 s"), std::string::npos) << late.message();
  }
  OneReply silent("");
  CancelFlag cancel;
  std::thread later([&cancel] { cancel.Cancel(); });
  EXPECT_EQ(Post(silent.url(), 1000, 30, &cancel).code(), Code::kInterrupted);
  later.join();
}

TEST_F(HttpTest, ANameThatIsStillLookedUpKeepsNobodyWaiting) {
  CancelFlag cancel;
  std::thread later([&cancel] {
    while (!asked_for) std::this_thread::yield();
    cancel.Cancel();
  });
  EXPECT_EQ(Post("http://hangs.invalid/", 1000, 60, &cancel).code(), Code::kInterrupted);
  const bool ours = asked_for.exchange(true);
  let_go.release();
  later.join();
  ASSERT_TRUE(ours) << "libcurl looked the name up elsewhere";
  while (!looked_up) std::this_thread::yield();
  EXPECT_FALSE(hung_to_the_end) << "it came back while the name was still looked up";
}

TEST_F(HttpTest, RequestsThatCannotBeSentAreUsage) {
  for (const char* url : {"", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "http://user:word@example.org/",
                          "http://a b/", "http://example.org/\r\nX: y", "gopher://x/"}) {
    const auto reply = Post(url);
    EXPECT_EQ(reply.code(), Code::kUsage) << url;
    EXPECT_EQ(reply.message().find("word@"), std::string::npos) << "no password in a message";
  }
  HttpRequest request;
  request.url = "http://127.0.0.1:1/";
  request.headers = {{"Authorization", "Bearer x\r\nEvil: 1"}};
  const auto split = http_->Send(request, nullptr);
  EXPECT_EQ(split.code(), Code::kUsage);
  EXPECT_EQ(split.message().find("Evil"), std::string::npos);
  request.headers = {{"Bad Name", "x"}};
  EXPECT_EQ(http_->Send(request, nullptr).code(), Code::kUsage);
  request.headers.clear();
  request.method = "BREW";
  EXPECT_EQ(http_->Send(request, nullptr).code(), Code::kUsage);
  request.method = "GET";
  request.seconds_max = 0;
  EXPECT_EQ(http_->Send(request, nullptr).code(), Code::kUsage);
}

TEST(Url, IsShownWithoutItsQuery) {
  EXPECT_EQ(*ShownUrl("HTTP://127.0.0.1:80/v1/chat?key=1#x"), "http://127.0.0.1:80/v1/chat");
  EXPECT_EQ(*ShownUrl("https://example.org"), "https://example.org/");
  EXPECT_TRUE(IsThisMachine("http://localhost:1/x"));
  EXPECT_TRUE(IsThisMachine("http://127.8.9.1/"));
  EXPECT_TRUE(IsThisMachine("http://[::1]:8000/"));
  EXPECT_FALSE(IsThisMachine("http://127.example.org/"));
  EXPECT_FALSE(IsThisMachine("http://127.0.example.com/"));
  EXPECT_FALSE(IsThisMachine("http://127.0.0.com:1/"));
  EXPECT_FALSE(IsThisMachine("http://128.0.0.1/"));
  EXPECT_FALSE(IsThisMachine("http://example.org/"));
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(RetryAfterSeconds("120", 0), 120);
  EXPECT_EQ(RetryAfterSeconds(" 0 ", 0), 0);
  EXPECT_EQ(RetryAfterSeconds("Sun, 06 Nov 1994 08:49:37 GMT", 784111700), 77);
  EXPECT_EQ(RetryAfterSeconds("Sun, 06 Nov 1994 08:49:37 GMT", 984111700), 0);
  EXPECT_EQ(RetryAfterSeconds("-5", 0), std::nullopt);
  EXPECT_EQ(RetryAfterSeconds("soon", 0), std::nullopt);
  EXPECT_EQ(RetryAfterSeconds("", 0), std::nullopt);
}

}  // namespace
}  // namespace paw
