#include "net/download.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "net/server_test_support.h"

namespace paw {
namespace {

constexpr std::string_view kFile = "0123456789abcdefghij";

class DownloadTest : public testing::Test {
 protected:
  void SetUp() override {
    auto http = OpenHttp();
    ASSERT_TRUE(http.ok()) << http.message();
    http_ = std::move(http).value();
    sink_.begin = [this](std::uint64_t offset, const HttpReply& head) {
      ++begun_;
      status_ = head.status;
      got_.resize(offset);
      return begin_says_;
    };
    sink_.write = [this](std::span<const std::byte> bytes) {
      got_ += TextOf(bytes);
      return write_says_;
    };
  }

  Result<HttpReply> Read(const std::string& url, std::uint64_t from = 0, std::uint64_t bytes_max = 100) {
    HttpDownload download;
    download.url = url;
    download.headers = {{"X-API-Key", "a-secret"}};
    download.from = from;
    download.bytes_max = bytes_max;
    download.seconds_max = 20;
    download.progress = [this](const ProgressEvent& event) { done_ = event.done, total_ = event.total; };
    got_ = std::string(kFile.substr(0, from));
    begun_ = 0;
    return http_->Download(download, sink_, &cancel_);
  }

  std::unique_ptr<Http> http_;
  HttpSink sink_;
  CancelFlag cancel_;
  std::string got_;
  int begun_ = 0, status_ = 0;
  double done_ = 0, total_ = 0;
  Status begin_says_, write_says_;
};

TEST_F(DownloadTest, AWholeFileGoesIntoTheSink) {
  TestServer server([](const std::string&) { return TestServer::Reply("200 OK", "ETag: \"x\"\r\n", std::string(kFile)); });
  const auto reply = Read(server.url() + "/file?key=1");
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->headers.at("etag"), "\"x\"");
  EXPECT_TRUE(reply->body.empty());
  EXPECT_EQ(got_, kFile);
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(done_, kFile.size());
  EXPECT_EQ(total_, kFile.size());
  EXPECT_EQ(TestServer::Header(server.requests()[0], "Range"), "");
  EXPECT_EQ(TestServer::Header(server.requests()[0], "X-API-Key"), "a-secret");
}

TEST_F(DownloadTest, GoesOnWhereItWas) {
  TestServer server([](const std::string&) {
    return TestServer::Reply("206 Partial Content", "Content-Range: bytes 5-19/20\r\n", std::string(kFile.substr(5)));
  });
  const auto reply = Read(server.url(), 5);
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(got_, kFile);
  EXPECT_EQ(total_, 20);
  EXPECT_EQ(TestServer::Header(server.requests()[0], "Range"), "bytes=5-");
}

TEST_F(DownloadTest, BeginsAgainWhereTheServerSendsAllOfIt) {
  TestServer server([](const std::string&) { return TestServer::Reply("200 OK", "", std::string(kFile)); });
  ASSERT_TRUE(Read(server.url(), 7).ok());
  EXPECT_EQ(got_, kFile);
  EXPECT_EQ(begun_, 1);
}

TEST_F(DownloadTest, AnotherPartThanAskedForIsRefused) {
  for (const char* range : {"Content-Range: bytes 6-19/20\r\n", "Content-Range: bytes 5-19/10\r\n", "Content-Range: lines 5-19/20\r\n",
                            "Content-Range: bytes */20\r\n", "Content-Range: bytes 5-19/99999999999999999999\r\n", ""}) {
    TestServer server([&](const std::string&) { return TestServer::Reply("206 Partial Content", range, std::string(kFile.substr(5))); });
    EXPECT_EQ(Read(server.url(), 5).code(), Code::kRefused) << range;
    EXPECT_EQ(begun_, 0);
  }
  TestServer server(
      [](const std::string&) { return TestServer::Reply("206 Partial Content", "Content-Range: bytes 0-19/20\r\n", std::string(kFile)); });
  EXPECT_EQ(Read(server.url(), 0).code(), Code::kRefused) << "nobody asked for a part";
}

TEST_F(DownloadTest, WhatBreaksOffIsUnavailableAndTheSinkHasTheFirstPart) {
  TestServer server([](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + std::string(kFile.substr(0, 8)); });
  EXPECT_EQ(Read(server.url()).code(), Code::kUnavailable);
  EXPECT_EQ(got_, kFile.substr(0, 8));
  TestServer shorter([](const std::string&) {
    return TestServer::Reply("206 Partial Content", "Content-Range: bytes 8-19/20\r\n", std::string(kFile.substr(8, 4)));
  });
  const auto reply = Read(shorter.url(), 8);
  EXPECT_EQ(reply.code(), Code::kUnavailable);
  EXPECT_NE(reply.message().find("found 12 bytes, expected 20"), std::string::npos) << reply.message();
}

TEST_F(DownloadTest, OverItsLimitIsRefusedWhateverTheServerSays) {
  TestServer honest([](const std::string&) { return TestServer::Reply("200 OK", "", std::string(101, 'x')); });
  EXPECT_EQ(Read(honest.url()).code(), Code::kRefused);
  EXPECT_EQ(begun_, 0);
  TestServer silent([](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'x'); });
  EXPECT_EQ(Read(silent.url()).code(), Code::kRefused);
  EXPECT_LE(got_.size(), 100u);
  TestServer part([](const std::string&) {
    return TestServer::Reply("206 Partial Content", "Content-Range: bytes 5-19/20000\r\n", std::string(kFile.substr(5)));
  });
  EXPECT_EQ(Read(part.url(), 5).code(), Code::kRefused);
  EXPECT_EQ(Read(part.url(), 5, 4).code(), Code::kUsage);
}

TEST_F(DownloadTest, AnErrorOfTheServerIsAReplyAndNoFile) {
  TestServer server([](const std::string&) { return TestServer::JsonReply("404 Not Found", R"({"detail":"not found"})"); });
  const auto reply = Read(server.url());
  ASSERT_TRUE(reply.ok()) << reply.message();
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->body, R"({"detail":"not found"})");
  EXPECT_EQ(begun_, 0);
  TestServer wordy([](const std::string&) { return TestServer::Reply("500 Oops", "", std::string(kHubErrorBytesMax + 5, 'x')); });
  const auto cut = Read(wordy.url());
  ASSERT_TRUE(cut.ok()) << cut.message();
  EXPECT_EQ(cut->body.size(), kHubErrorBytesMax);
}

TEST_F(DownloadTest, ASinkThatFailsOrACancelEndsIt) {
  TestServer server([](const std::string&) { return TestServer::Reply("200 OK", "", std::string(kFile)); });
  begin_says_ = Refused("not that one");
  EXPECT_EQ(Read(server.url()).message(), "not that one");
  begin_says_ = Ok();
  write_says_ = Unavailable("a full disk");
  EXPECT_EQ(Read(server.url()).message(), "a full disk");
  cancel_.Cancel();
  EXPECT_EQ(Read(server.url()).code(), Code::kInterrupted);
}

TEST_F(DownloadTest, TheKeyStaysAtTheHostThatWasNamed) {
  TestServer other([](const std::string&) { return TestServer::Reply("200 OK", "", std::string(kFile)); });
  TestServer hub([&](const std::string& request) {
    if (TestServer::Target(request) == "GET /a") return TestServer::Reply("302 Found", "Location: b\r\n", "moved");
    return TestServer::Reply("307 Temporary Redirect", "Location: " + other.url() + "/elsewhere\r\n", "");
  });
  ASSERT_TRUE(Read(hub.url() + "/a").ok());
  EXPECT_EQ(got_, kFile);
  ASSERT_EQ(hub.requests().size(), 2u);
  EXPECT_EQ(TestServer::Header(hub.requests()[1], "X-API-Key"), "a-secret") << "the same host still knows who asks";
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_EQ(TestServer::Target(other.requests()[0]), "GET /elsewhere");
  EXPECT_EQ(other.requests()[0].find("a-secret"), std::string::npos);
  EXPECT_EQ(Read(hub.url() + "/c", 5).code(), Code::kOk);
  EXPECT_EQ(TestServer::Header(other.requests()[1], "Range"), "bytes=5-") << "the place of the bytes is no secret";
}

TEST_F(DownloadTest, RedirectsHaveAnEnd) {
  TestServer circle([](const std::string&) { return TestServer::Reply("302 Found", "Location: /again\r\n", ""); });
  EXPECT_EQ(Read(circle.url()).code(), Code::kFailed);
  EXPECT_EQ(circle.requests().size(), static_cast<std::size_t>(kHttpRedirectsMax) + 1);
  for (const char* location :
       {"", "Location: ftp://127.0.0.1/\r\n", "Location: http://name:word@127.0.0.1/\r\n", "Location: file:///x\r\n"}) {
    TestServer astray([&](const std::string&) { return TestServer::Reply("302 Found", location, ""); });
    const auto reply = Read(astray.url());
    EXPECT_EQ(reply.code(), Code::kRefused) << location;
    EXPECT_EQ(reply.message().find("word"), std::string::npos) << reply.message();
  }
}

TEST(Redirects, LeadNeitherOutOfHttpsNorToThisMachine) {
  EXPECT_EQ(*RedirectTarget("https://hub.example/a/b?c", "../d", "x"), "https://hub.example/d");
  EXPECT_EQ(*RedirectTarget("http://hub.example/", "https://cdn.example/f?sig=1", "x"), "https://cdn.example/f?sig=1");
  EXPECT_EQ(RedirectTarget("https://hub.example/", "http://hub.example/", "x").code(), Code::kRefused);
  EXPECT_EQ(RedirectTarget("HTTPS://hub.example/", "http://hub.example/", "x").code(), Code::kRefused);
  EXPECT_EQ(RedirectTarget("http://hub.example/", "http://127.0.0.1:80/", "x").code(), Code::kRefused);
  EXPECT_EQ(RedirectTarget("http://hub.example/", "http://localhost/", "x").code(), Code::kRefused);
  EXPECT_TRUE(RedirectTarget("http://127.0.0.1:1/", "http://127.0.0.1:2/", "x").ok());
}

TEST(Origins, AreSchemeHostAndPort) {
  EXPECT_TRUE(SameOrigin("http://hub.example/a", "HTTP://HUB.example:80/b?c"));
  EXPECT_TRUE(SameOrigin("https://hub.example", "https://hub.example:443/"));
  EXPECT_FALSE(SameOrigin("http://hub.example", "https://hub.example"));
  EXPECT_FALSE(SameOrigin("http://hub.example", "http://hub.example:8080"));
  EXPECT_FALSE(SameOrigin("http://hub.example", "http://hub.example.evil"));
  EXPECT_FALSE(SameOrigin("", ""));
}

TEST(ContentRangeValue, IsReadStrictly) {
  const auto range = ReadContentRange("bytes 5-9/10");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 5u);
  EXPECT_EQ(range->last, 9u);
  EXPECT_EQ(range->whole, 10u);
  ASSERT_TRUE(ReadContentRange("bytes 0-0/*"));
  EXPECT_EQ(ReadContentRange("bytes 0-0/*")->whole, std::nullopt);
  for (const char* wrong : {"", "bytes", "bytes 5-9", "bytes 9-5/10", "bytes 5-9/9", "bytes -9/10", "bytes 5-/10", "bytes */10",
                            "bytes +5-9/10", "bytes 5-9/x", "Bytes 5-9/10", "bytes 5/9-10"}) {
    EXPECT_FALSE(ReadContentRange(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace paw
