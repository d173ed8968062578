#include "hub/range.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace paw::hub {
namespace {

const std::string kText = "0123456789";

Response Part(const std::map<std::string, std::string>& headers, const std::string& text = kText) {
  Request request;
  request.method = "GET";
  request.headers = headers;
  return TextPart(request, Response{}, text, "tag").Finish("r1");
}

std::string HeaderOf(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(Range, WithoutOneAllIsSentWithItsTag) {
  const Response all = Part({});
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.body, kText);
  EXPECT_EQ(HeaderOf(all, "ETag"), "\"tag\"");
  EXPECT_EQ(HeaderOf(all, "Accept-Ranges"), "bytes");
  EXPECT_EQ(HeaderOf(all, "Content-Range"), "");
}

TEST(Range, OnePartIs206) {
  const struct {
    const char *range, *body, *said;
  } cases[] = {{"bytes=0-3", "0123", "bytes 0-3/10"},
               {"bytes=4-", "456789", "bytes 4-9/10"},
               {"bytes=9-9", "9", "bytes 9-9/10"},
               {"bytes=-3", "789", "bytes 7-9/10"},
               {"bytes=-100", kText.c_str(), "bytes 0-9/10"},
               {"bytes=0-9", kText.c_str(), "bytes 0-9/10"},
               {"bytes=5-999999", "56789", "bytes 5-9/10"},
               {"bytes=8-999999999999999999", "89", "bytes 8-9/10"}};
  for (const auto& one : cases) {
    const Response part = Part({{"range", one.range}});
    EXPECT_EQ(part.status, 206) << one.range;
    EXPECT_EQ(part.body, one.body) << one.range;
    EXPECT_EQ(HeaderOf(part, "Content-Range"), one.said) << one.range;
  }
}

TEST(Range, OutsideIs416WithTheLength) {
  for (const char* range : {"bytes=10-", "bytes=10-20", "bytes=999999999999-", "bytes=-0"}) {
    const Response none = Part({{"range", range}});
    EXPECT_EQ(none.status, 416) << range;
    EXPECT_EQ(HeaderOf(none, "Content-Range"), "bytes */10") << range;
    EXPECT_EQ(none.body, "") << range;
  }
  EXPECT_EQ(Part({{"range", "bytes=0-"}}, "").status, 416) << "nothing has no first byte";
  EXPECT_EQ(Part({{"range", "bytes=-1"}}, "").status, 416);
}

TEST(Range, WhatIsMalformedOrSeveralAsksForAll) {
  for (const char* range : {"bytes=", "bytes=-", "bytes=a-b", "bytes=3-1", "bytes=0-1,4-5", "bytes=0-0,0-0", "items=0-1", "bytes 0-1",
                            "bytes=0x1-2", "bytes=+1-2", "bytes=1-2-3", "bytes=--5", "bytes= 0-1", "bytes=18446744073709551616-",
                            "bytes=-99999999999999999999", "bytes=0-99999999999999999999"}) {
    const Response all = Part({{"range", range}});
    EXPECT_TRUE(all.status == 200 || all.status == 206) << range;
    EXPECT_EQ(all.body, kText) << range;
  }
}

TEST(Range, IfRangeHoldsOnlyForTheSameBytes) {
  EXPECT_EQ(Part({{"range", "bytes=0-3"}, {"if-range", "\"tag\""}}).status, 206);
  for (const char* other : {"\"other\"", "W/\"tag\"", "tag", "Mon, 23 Nov 2026 10:00:00 GMT"}) {
    const Response all = Part({{"range", "bytes=0-3"}, {"if-range", other}});
    EXPECT_EQ(all.status, 200) << other;
    EXPECT_EQ(all.body, kText) << other;
  }
}

TEST(Range, IfNoneMatchIs304WithoutABody) {
  for (const char* tags : {"\"tag\"", "W/\"tag\"", "\"a\", \"tag\"", "*"}) {
    const Response same = Part({{"if-none-match", tags}, {"range", "bytes=0-1"}});
    EXPECT_EQ(same.status, 304) << tags;
    EXPECT_EQ(same.body, "") << tags;
    EXPECT_EQ(HeaderOf(same, "ETag"), "\"tag\"") << tags;
  }
  for (const char* tags : {"\"other\"", "tag", "\"tag", ""}) EXPECT_EQ(Part({{"if-none-match", tags}}).status, 200) << tags;
}

TEST(Range, OfAnotherMethodThanGetIsIgnored) {
  Request request;
  request.method = "HEAD";
  request.headers["range"] = "bytes=0-3";
  EXPECT_EQ(TextPart(request, Response{}, kText, "tag").Finish("r1").status, 200);
}

TEST(Range, OfAFileIsASliceOfIt) {
  Request request;
  request.method = "GET";
  request.headers["range"] = "bytes=2-5";
  const Response part = FilePart(request, Response{}, "/some/file", 10, "tag").Finish("r1");
  ASSERT_TRUE(part.file);
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.file->path, "/some/file");
  EXPECT_EQ(part.file->offset, 2u);
  EXPECT_EQ(part.file->bytes, 4u);
  request.headers["range"] = "bytes=10-";
  EXPECT_FALSE(FilePart(request, Response{}, "/some/file", 10, "tag").Finish("r1").file);
}

}  // namespace
}  // namespace paw::hub
