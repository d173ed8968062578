// The server over real sockets of the loopback: what it reads, what it refuses, how it stops.
#include "hub/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "hub/hub_test_support.h"

namespace paw::hub {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kBodyMax = 4000;

// Says what it was asked; some paths do something else.
class Echo : public Service {
 public:
  std::variant<std::size_t, Response> BodyLimit(Request& head) override {
    if (head.target != "/refused") return head.target == "/large" ? 3 * kSmallBodyBytesMax : kBodyMax;
    return Refuse(403, "forbidden", "not here");
  }
  Response Handle(Request& request) override {
    ++handled;
    Response response;
    response.content_type = "text/plain";
    if (request.target == "/wait") gate.wait();
    if (request.target == "/endless") {
      response.stream = [this](BodyWriter& writer) {
        ++streaming;
        while (writer.Write(std::string(1000, 'x'))) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        --streaming;
      };
    } else if (request.target == "/stream") {
      response.stream = [](BodyWriter& writer) {
        for (const char* piece : {"one,", "", "two,", "three"}) writer.Write(piece);
      };
    } else if (request.target == "/file") {
      response.file = FileSlice{file, 5, 600'000};
    } else if (request.target == "/headers") {
      response.With("X-Evil", "a\r\nSet-Cookie: x=1");
      response.body = request.headers["x-twice"] + "|" + request.caller.address;
    } else {
      response.body = request.method + " " + request.target + " " + request.body;
    }
    return response;
  }
  Response Refuse(int status, const std::string& code, const std::string&) override {
    ++refused;
    return JsonResponse({{"error", code}}, status);
  }

  std::promise<void> open_gate;
  std::shared_future<void> gate = open_gate.get_future().share();
  std::string file;
  std::atomic<int> handled = 0, refused = 0, streaming = 0;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience = {10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { Close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void Close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  Client& Send(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t more = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) break;
      sent += static_cast<std::size_t>(more);
    }
    return *this;
  }
  // Head and body of one reply; "closed" where there is none.
  std::string Read(bool head_only = false) {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      if (!More()) return buffer_.empty() ? "closed" : "cut: " + buffer_;
    }
    const std::size_t body = buffer_.find("\r\n\r\n") + 4;
    const std::string head = buffer_.substr(0, body);
    if (head.find("Transfer-Encoding: chunked") != std::string::npos && !head_only) {
      while (buffer_.find("0\r\n\r\n", body) == std::string::npos) {
        if (!More()) return "cut: " + Taken(buffer_.size());
      }
      return Taken(buffer_.find("0\r\n\r\n", body) + 5);
    }
    const std::size_t at = head.find("Content-Length: ");
    const std::size_t length = at == std::string::npos || head_only ? 0 : std::stoul(head.substr(at + 16));
    while (buffer_.size() < body + length) {
      if (!More()) return "cut: " + Taken(buffer_.size());
    }
    return Taken(body + length);
  }
  bool More() {
    char bytes[16384];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got > 0) buffer_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }
  bool Closed() { return buffer_.empty() && !More(); }

 private:
  std::string Taken(std::size_t bytes) {
    std::string taken = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return taken;
  }
  int socket_;
  std::string buffer_;
};

class ServerTest : public testing::Test {
 protected:
  // Small limits of time: a test waits for them.
  static ServerOptions Quick() {
    ServerOptions options;
    options.port = 0;
    options.workers = 2;
    options.head_seconds = options.body_seconds = options.idle_seconds = 30;
    options.stop_seconds = 0.3;
    return options;
  }
  void Begin(const ServerOptions& options = Quick()) {
    auto opened = Server::Open(service_, options);
    ASSERT_TRUE(opened.ok()) << opened.message();
    server_ = std::move(opened).value();
    thread_ = std::thread([this] { server_->Run(); });
  }
  void Stop() {
    if (!thread_.joinable()) return;
    server_->Stop();
    thread_.join();
  }
  void OpenGate() {
    if (!gate_open_) service_.open_gate.set_value();
    gate_open_ = true;
  }
  ~ServerTest() override {
    OpenGate();
    Stop();
  }
  std::unique_ptr<Client> Connect() { return std::make_unique<Client>(server_->port()); }
  static std::string Get(const std::string& target, const std::string& more = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }
  // Until it holds, 10 s at most.
  static bool Until(const std::function<bool()>& holds) {
    for (int i = 0; i < 2000; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  TempFolder folder_;
  Echo service_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  bool gate_open_ = false;
};

TEST_F(ServerTest, AConnectionServesManyRequests) {
  Begin();
  const auto client = Connect();
  for (int i = 0; i < 20; ++i) {
    const std::string reply = client->Send(Get("/a" + std::to_string(i))).Read();
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(reply, HasSubstr("GET /a" + std::to_string(i) + " "));
    EXPECT_THAT(reply, HasSubstr("Connection: keep-alive\r\n"));
  }
  EXPECT_EQ(server_->counts().connections, 1u);
  EXPECT_THAT(client->Send(Get("/last", "Connection: close\r\n")).Read(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client->Closed());
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Begin();
  const auto client = Connect();
  std::string all;
  for (int i = 0; i < 10; ++i) all += "POST /p" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  client->Send(all + Get("/stream") + Get("/end"));
  for (int i = 0; i < 10; ++i) EXPECT_THAT(client->Read(), HasSubstr("POST /p" + std::to_string(i) + " abc"));
  EXPECT_THAT(client->Read(), HasSubstr("three"));
  EXPECT_THAT(client->Read(), HasSubstr("GET /end "));
}

TEST_F(ServerTest, RequestsThatComeByteByByteAreTheSame) {
  Begin();
  const auto client = Connect();
  for (const char c : std::string("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")) client->Send(std::string(1, c));
  EXPECT_THAT(client->Read(), HasSubstr("POST /slow hello"));
}

TEST_F(ServerTest, ChunkedBodiesAreRead) {
  Begin();
  const auto client = Connect();
  const std::string head = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(client->Send(head + "3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\n\r\n").Read(), HasSubstr("POST /c abc0123456789"));
  EXPECT_THAT(client->Send(head + "3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n").Read(), HasSubstr("POST /c abc"));
  EXPECT_THAT(client->Send(head + "zz\r\nabc\r\n").Read(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(ServerTest, ABodyOverTheLimitIs413BeforeOrWhileItComes) {
  Begin();
  const std::string most(kBodyMax, 'b');
  const auto declared = [&](std::size_t bytes) {
    return "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
  };
  EXPECT_THAT(Connect()->Send(declared(kBodyMax) + most).Read(), HasSubstr(most));
  EXPECT_THAT(Connect()->Send(declared(kBodyMax + 1)).Read(), StartsWith("HTTP/1.1 413 ")) << "without its body";
  EXPECT_THAT(Connect()->Send(declared(9'000'000'000'000'000'000)).Read(), StartsWith("HTTP/1.1 4"));
  const auto client = Connect();
  EXPECT_THAT(client->Send(declared(2'000'000) + std::string(2'000'000, 'b')).Read(), StartsWith("HTTP/1.1 413 "))
      << "the reply comes through";
  std::string chunks = "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) chunks += "64\r\n" + std::string(100, 'c') + "\r\n";
  EXPECT_THAT(Connect()->Send(chunks).Read(), StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(service_.handled, 1);
}

TEST_F(ServerTest, LargeBodiesShareALimitThatIsGivenBack) {
  ServerOptions options = Quick();
  options.large_bytes_max = 3 * kSmallBodyBytesMax;
  Begin(options);
  const std::string head = "POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n", body(2'000'000, 'b');
  auto first = Connect();
  first->Send(head);
  ASSERT_TRUE(Until([&] { return server_->counts().connections == 1; }));
  ASSERT_TRUE(Until([&] { return Connect()->Send(head).Read().starts_with("HTTP/1.1 503 "); }));
  EXPECT_THAT(first->Send(body).Read(), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(Until([&] { return Connect()->Send(head + body).Read().starts_with("HTTP/1.1 200 "); }));
}

TEST_F(ServerTest, AHeadOverTheLimitIs431) {
  Begin();
  EXPECT_THAT(Connect()->Send(Get("/" + std::string(kRequestHeadBytesMax, 'a'))).Read(), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Connect()->Send(Get("/", "X: " + std::string(kRequestHeadBytesMax, 'a') + "\r\n")).Read(), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Connect()->Send(Get("/", "X: " + std::string(20'000, 'a') + "\r\n")).Read(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, NoHeaderLineIsDroppedWithoutAWord) {
  Begin();
  const auto lines = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "X-" + std::to_string(i) + ": 1\r\n";
    return text;
  };
  EXPECT_THAT(Connect()->Send(Get("/", lines(90))).Read(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Connect()->Send(Get("/", lines(200))).Read(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(ServerTest, WhatIsNoRequestIs400) {
  Begin();
  for (const char* bytes :
       {"rubbish\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nNo colon\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\xfc\x03\x03 a TLS hello of sorts\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"}) {
    const auto client = Connect();
    EXPECT_THAT(client->Send(bytes).Read(), StartsWith("HTTP/1.1 400 ")) << bytes;
    EXPECT_TRUE(client->Closed()) << bytes;
  }
  EXPECT_EQ(service_.handled, 0);
}

TEST_F(ServerTest, ASlowHeadOrBodyIsNotWaitedForAndIdlenessEndsWithoutAWord) {
  ServerOptions options = Quick();
  options.head_seconds = options.body_seconds = options.idle_seconds = 0.2;
  Begin(options);
  const auto idle = Connect(), head = Connect(), body = Connect(), kept = Connect();
  head->Send("GET / HTTP/1.1\r\nHos");
  body->Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_THAT(kept->Send(Get("/")).Read(), StartsWith("HTTP/1.1 200 "));
  for (Client* slow : {head.get(), body.get()})
    EXPECT_THAT(slow->Read(), testing::AnyOf(testing::Eq("closed"), StartsWith("HTTP/1.1 408 ")));
  EXPECT_EQ(idle->Read(), "closed");
  EXPECT_EQ(kept->Read(), "closed");
}

TEST_F(ServerTest, AClientThatAsksFirstIsToldToGoOn) {
  Begin();
  const auto client = Connect();
  const std::string head = "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
  EXPECT_EQ(client->Send(head + "3\r\n\r\n").Read(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(client->Send("abc").Read(), HasSubstr("POST /e abc"));
  EXPECT_THAT(client->Send(head + "999999\r\n\r\n").Read(), StartsWith("HTTP/1.1 413 ")) << "and is spared the body that would be refused";
  EXPECT_THAT(Connect()->Send("POST / HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nContent-Length: 1\r\n\r\n").Read(),
              StartsWith("HTTP/1.1 417 "));
}

TEST_F(ServerTest, ARefusedHeadEndsTheConnectionOnlyWhereABodyFollows) {
  Begin();
  const auto client = Connect();
  EXPECT_THAT(client->Send(Get("/refused")).Read(), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(client->Send(Get("/next")).Read(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(client->Send("POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 24\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n").Read(),
              StartsWith("HTTP/1.1 403 "));
  client->Send("");
  EXPECT_EQ(client->Read(), "closed");
  EXPECT_EQ(service_.handled, 1);
}

TEST_F(ServerTest, HeadIsTheReplyWithoutItsBody) {
  ASSERT_TRUE(PosixFs().PublishFile(folder_ / "file", std::string(700'000, 'f')).ok());
  service_.file = folder_ / "file";
  Begin();
  const auto client = Connect();
  for (const char* target : {"/x", "/stream", "/file"}) {
    const std::string reply = client->Send("HEAD " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n").Read(true);
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 ")) << target;
  }
  EXPECT_THAT(client->Send("HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n").Read(true), HasSubstr("Content-Length: 600000\r\n"));
  EXPECT_THAT(client->Send(Get("/after")).Read(), HasSubstr("GET /after "));
}

TEST_F(ServerTest, FilesAreSentInPieces) {
  std::string bytes(700'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>('a' + i % 23);
  ASSERT_TRUE(PosixFs().PublishFile(folder_ / "file", bytes).ok());
  service_.file = folder_ / "file";
  Begin();
  const auto client = Connect();
  const std::string reply = client->Send(Get("/file")).Read();
  EXPECT_TRUE(reply.ends_with("\r\n\r\n" + bytes.substr(5, 600'000)));
  EXPECT_THAT(client->Send(Get("/after")).Read(), HasSubstr("GET /after "));
}

TEST_F(ServerTest, AFileThatIsGoneEndsTheConnection) {
  service_.file = folder_ / "none";
  Begin();
  EXPECT_THAT(Connect()->Send(Get("/file")).Read(), StartsWith("cut: ")) << "the client sees that bytes are missing";
}

TEST_F(ServerTest, StreamsComeInChunks) {
  Begin();
  const std::string reply = Connect()->Send(Get("/stream")).Read();
  EXPECT_THAT(reply, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(reply.ends_with("\r\n\r\n4\r\none,\r\n4\r\ntwo,\r\n5\r\nthree\r\n0\r\n\r\n"))
      << reply << ": nothing is no chunk: it would end the body";
}

TEST_F(ServerTest, AClientThatLeavesEndsItsStream) {
  Begin();
  for (int i = 0; i < 5; ++i) {
    const auto client = Connect();
    client->Send(Get("/endless"));
    EXPECT_TRUE(client->More());
    EXPECT_TRUE(Until([&] { return service_.streaming == 1; }));
    client->Close();
    EXPECT_TRUE(Until([&] { return service_.streaming == 0; })) << i;
  }
  EXPECT_TRUE(Until([&] { return server_->counts().connections == 0; }));
}

TEST_F(ServerTest, AClientThatDoesNotReadEndsItsStream) {
  ServerOptions options = Quick();
  options.write_seconds = 0.3;
  Begin(options);
  const auto client = Connect();
  client->Send(Get("/endless"));
  ASSERT_TRUE(Until([&] { return service_.streaming == 1; }));
  EXPECT_TRUE(Until([&] { return service_.streaming == 0; }));
}

TEST_F(ServerTest, ManyIdleConnectionsHoldNoThread) {
  Begin();
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 300; ++i) {
    idle.push_back(Connect());
    if (i % 2 == 0) idle.back()->Send("POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  }
  EXPECT_THAT(Connect()->Send(Get("/x")).Read(), StartsWith("HTTP/1.1 200 "));
  EXPECT_GE(server_->counts().connections, 300u);
  EXPECT_EQ(server_->counts().busy + server_->counts().waiting, 0u);
  idle.clear();
  EXPECT_TRUE(Until([&] { return server_->counts().connections == 0; }));
}

TEST_F(ServerTest, NoMoreConnectionsThanTheLimitAreServed) {
  ServerOptions options = Quick();
  options.connections_max = 3;
  Begin(options);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(Connect());
    EXPECT_THAT(clients.back()->Send(Get("/x")).Read(), StartsWith("HTTP/1.1 200 "));
  }
  const std::string fourth = Connect()->Send(Get("/x")).Read();
  EXPECT_TRUE(fourth == "closed" || fourth.starts_with("HTTP/1.1 503 ")) << fourth;
  clients.pop_back();
  EXPECT_TRUE(Until([&] { return Connect()->Send(Get("/x")).Read().starts_with("HTTP/1.1 200 "); })) << "a place is free again";
}

TEST_F(ServerTest, WhenAsManyWaitAsMayOthersHearSoAtOnce) {
  ServerOptions options = Quick();
  options.workers = 1;
  options.waiting_max = 1;
  Begin(options);
  const auto first = Connect(), second = Connect(), third = Connect();
  first->Send(Get("/wait"));
  ASSERT_TRUE(Until([&] { return server_->counts().busy == 1; }));
  second->Send(Get("/second"));
  ASSERT_TRUE(Until([&] { return server_->counts().waiting == 1; }));
  EXPECT_THAT(third->Send(Get("/third")).Read(), StartsWith("HTTP/1.1 503 "));
  OpenGate();
  EXPECT_THAT(first->Read(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(second->Read(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(third->Send(Get("/again")).Read(), StartsWith("HTTP/1.1 200 ")) << "the connection was kept";
}

TEST_F(ServerTest, StoppingLetsAHandlerFinishAndSendsItsReply) {
  ServerOptions options = Quick();
  options.stop_seconds = 10;
  Begin(options);
  const auto idle = Connect(), busy = Connect();
  EXPECT_THAT(idle->Send(Get("/x")).Read(), StartsWith("HTTP/1.1 200 "));
  busy->Send(Get("/wait"));
  ASSERT_TRUE(Until([&] { return server_->counts().busy == 1; }));
  server_->Stop();
  EXPECT_EQ(idle->Read(), "closed");
  OpenGate();
  const std::string reply = busy->Read();
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  thread_.join();
}

TEST_F(ServerTest, StoppingEndsStreams) {
  Begin();
  const auto client = Connect();
  client->Send(Get("/endless"));
  ASSERT_TRUE(Until([&] { return service_.streaming == 1; }));
  Stop();
  EXPECT_EQ(service_.streaming, 0);
}

TEST_F(ServerTest, StoppingEndsStreamsThatNobodyReads) {
  ServerOptions options = Quick();
  options.write_seconds = 60;
  Begin(options);
  const auto client = Connect();
  client->Send(Get("/endless"));
  ASSERT_TRUE(Until([&] { return service_.streaming == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // until the socket's buffers are full
  Stop();
  EXPECT_EQ(service_.streaming, 0);
}

TEST_F(ServerTest, NothingAHandlerSaysBreaksOutOfItsHeaderLine) {
  Begin();
  const std::string reply = Connect()->Send(Get("/headers", "X-Twice: a\r\nx-twice: b\r\n")).Read();
  EXPECT_THAT(reply, HasSubstr("X-Evil: aSet-Cookie: x=1\r\n"));
  EXPECT_THAT(reply, HasSubstr("a, b|127.0.0.1"));
}

TEST_F(ServerTest, AnAddressThatIsTakenOrNoneIsAnError) {
  Begin();
  ServerOptions options = Quick();
  options.port = server_->port();
  Echo other;
  EXPECT_EQ(Server::Open(other, options).code(), Code::kUnavailable);
  options.address = "not an address";
  EXPECT_EQ(Server::Open(other, options).code(), Code::kUsage);
}

TEST(ParseRequest, ReadsAWholeRequestAndNoPartOfOne) {
  const std::string whole = "POST /p?q=1 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 4\r\n\r\nbody";
  const auto parsed = ParseRequest(whole, 10);
  ASSERT_TRUE(std::holds_alternative<Request>(parsed)) << std::get<int>(parsed);
  const Request& request = std::get<Request>(parsed);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/p?q=1");
  EXPECT_EQ(request.Header("x-a"), "1, 2");
  EXPECT_EQ(request.body, "body");
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const auto part = ParseRequest(whole.substr(0, bytes), 10);
    ASSERT_TRUE(std::holds_alternative<int>(part)) << bytes;
    EXPECT_EQ(std::get<int>(part), 408) << bytes;
  }
  EXPECT_EQ(std::get<int>(ParseRequest(whole, 3)), 413);
  EXPECT_EQ(std::get<int>(ParseRequest("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x'), 3)), 431);
}

TEST(ParseRequest, RubbishIsRefusedAndNothingElseHappens) {
  const std::string whole = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char c : {'\0', '\xff', '\r', '\n', ' ', ':', 'g', '9'}) {
      std::string damaged = whole;
      damaged[at] = c;
      const auto parsed = ParseRequest(damaged, 100);
      if (const int* status = std::get_if<int>(&parsed)) {
        EXPECT_TRUE(*status == 400 || *status == 408 || *status == 413) << *status;
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 100);
  for (const std::string& bytes :
       {std::string(1000, '\0'), std::string(1000, '\xff'), std::string("\r\n\r\n\r\n"), std::string(200, ' ')}) {
    EXPECT_TRUE(std::holds_alternative<int>(ParseRequest(bytes, 100)));
  }
}

TEST(ReplyHead, SaysLengthOrChunksAndNothingForRepliesWithoutABody) {
  Response response;
  EXPECT_THAT(ReplyHead(response, 12, true), HasSubstr("Content-Length: 12\r\n"));
  EXPECT_THAT(ReplyHead(response, std::nullopt, true), HasSubstr("Transfer-Encoding: chunked\r\n"));
  response.status = 304;
  EXPECT_EQ(ReplyHead(response, 0, false), "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n");
}

TEST_F(ServerTest, ASlowHeadOrBodyIs408AndIdlenessEndsWithoutAWord) {
  ServerOptions options = Quick();
  options.head_seconds = options.body_seconds = options.idle_seconds = 0.2;
  Begin(options);
  const auto idle = Connect(), head = Connect(), body = Connect(), kept = Connect();
  head->Send("GET / HTTP/1.1\r\nHos");
  body->Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_THAT(kept->Send(Get("/")).Read(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(head->Read(), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(body->Read(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(idle->Read(), "closed");
  EXPECT_EQ(kept->Read(), "closed");
}

}  // namespace
}  // namespace paw::hub
