#include "teacher/endpoint.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/limits.h"
#include "fs/memory_fs.h"

namespace paw {
namespace {

class OneAnswer : public Http {
 public:
  explicit OneAnswer(Result<HttpReply> answer) : answer_(std::move(answer)) {}
  Result<HttpReply> Send(const HttpRequest&, const CancelFlag*) override {
    ++sent;
    return answer_;
  }
  int sent = 0;

 private:
  Result<HttpReply> answer_;
};

class EndpointTest : public testing::Test {
 protected:
  Result<Completion> Ask(OneAnswer& http, const std::string& key = "", bool stopped = false) {
    const Endpoint endpoint = PAW_TRY(Endpoint::Open(http, fs_, {"http://127.0.0.1:9/v1", key, 60, nullptr}));
    Random jitter(1);
    return endpoint.Ask(
        {{"model", "m"}}, jitter, [](const std::string&) {}, [stopped] { return stopped; });
  }

  MemoryFs fs_;
};

HttpReply Answering(const std::string& content_as_json) {
  return {200, {}, R"({"choices":[{"message":{"content":")" + content_as_json + R"("}}],"usage":{"total_tokens":5}})"};
}

constexpr const char* kKey = "sk-a/very-secret-key";

TEST_F(EndpointTest, TheKeyIsBlottedOutHoweverItIsEscaped) {
  for (const char* spelled : {"sk-a/very-secret-key", R"(sk-a\/very-secret-key)", R"(\u0073k-a/very-secret-ke\u0079)",
                              R"(sk\u002da/very\u002Dsecret-key)", R"(\\u0073k-a\\\/very-secret-key)"}) {
    OneAnswer http(Answering(std::string("I say ") + spelled + " twice " + spelled + "."));
    const auto answer = Ask(http, kKey);
    ASSERT_TRUE(answer.ok()) << answer.message();
    EXPECT_EQ(answer->text, "I say (key) twice (key).") << spelled << answer->problem;
    OneAnswer refusing(HttpReply{401, {}, std::string(R"({"error":{"message":"no such key: )") + spelled + "\"}}"});
    EXPECT_NE(Ask(refusing, kKey).message().find("(\"no such key: (key)\")"), std::string::npos) << Ask(refusing, kKey).message();
    OneAnswer other(HttpReply{403, {}, std::string(R"({"detail":")") + spelled + "\"}"});
    EXPECT_NE(Ask(other, kKey).message().find("(key)"), std::string::npos) << Ask(other, kKey).message();
  }
  OneAnswer near(Answering(R"(sk-a/very-secret-kez \u0073k-a, \\\\\\\\\\\\)"));
  EXPECT_EQ(Ask(near, kKey)->text, R"(sk-a/very-secret-kez sk-a, \\\\\\)");
}

TEST_F(EndpointTest, AReplyThatIsNoAnswerDoesNotShowTheKeyEither) {
  const std::string long_key(60, 'k');
  OneAnswer http(HttpReply{200, {}, "\"" + long_key});
  const auto answer = Ask(http, long_key);
  ASSERT_TRUE(answer.ok() && !answer->text);
  EXPECT_EQ(answer->problem.find("kkkk"), std::string::npos) << answer->problem;
}

TEST_F(EndpointTest, AShortKeyIsNoReasonToChangeAnAnswer) {
  OneAnswer http(Answering("none of these"));
  EXPECT_EQ(Ask(http, "none")->text, "none of these");
  OneAnswer refusing(HttpReply{401, {}, R"({"error":{"message":"none is no key"}})"});
  EXPECT_NE(Ask(refusing, "none").message().find("(key) is no key"), std::string::npos);
}

TEST_F(EndpointTest, WhatIsNoKeyIsUsageAndNotShown) {
  for (const char* key : {"two\nlines", "two words", "quo\"ted", "back\\slash", "clé"}) {
    OneAnswer http(Answering("x"));
    const auto refused = Ask(http, key);
    EXPECT_EQ(refused.code(), Code::kUsage) << key;
    EXPECT_EQ(refused.message().find(key), std::string::npos);
    EXPECT_EQ(http.sent, 0);
  }
}

TEST_F(EndpointTest, AnOversizeReplyCountsAsWhatItAtLeastCost) {
  OneAnswer http(Refused("found a reply over its limit"));
  const auto answer = Ask(http);
  ASSERT_TRUE(answer.ok()) << answer.message();
  EXPECT_FALSE(answer->text);
  EXPECT_GE(answer->tokens, EstimatedTokens(0, kTeacherReplyBytesMax));
}

TEST_F(EndpointTest, ToldToStopItNeitherWaitsNorTriesAgain) {
  OneAnswer http(HttpReply{503, {{"retry-after", "100"}}, "busy"});
  const double begin = fs_.SteadySeconds();
  EXPECT_EQ(Ask(http, "", true).code(), Code::kFailed);
  EXPECT_EQ(http.sent, 1);
  EXPECT_EQ(fs_.SteadySeconds(), begin);
}

}  // namespace
}  // namespace paw
