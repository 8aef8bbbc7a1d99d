package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawUpdateTest {
    private static final String CHAT = "\"chat\":{\"id\":-100,\"type\":\"supergroup\"}";
    private static final String FROM = "\"from\":{\"id\":7,\"is_bot\":false,\"first_name\":\"f\"}";

    private static RawUpdate one(String fields) {
        return RawUpdate.parse(("{\"update_id\":1," + fields + "}").getBytes(UTF_8));
    }

    private static List<RawUpdate> scan(String result) {
        return RawUpdate.scan(("{\"ok\":true,\"result\":" + result + "}").getBytes(UTF_8));
    }

    private static String route(RawUpdate update) {
        return update.chatId() + "/" + update.threadId() + "/" + update.userId() + "/" + update.businessConnectionId();
    }

    // ---- routing

    @ParameterizedTest
    @ValueSource(
            strings = {
                "message",
                "edited_message",
                "channel_post",
                "edited_channel_post",
                "business_message",
                "guest_message",
                "message_reaction",
                "message_reaction_count",
                "my_chat_member",
                "chat_member",
                "chat_join_request",
                "chat_boost",
                "removed_chat_boost",
                "brand_new_kind"
            })
    void whatHappensInAChatIsRoutedToIt(String kind) {
        var update = one("\"" + kind + "\":{\"x\":{\"chat\":{\"id\":9}}," + CHAT + "," + FROM + "}");

        assertThat(update.kind()).isEqualTo(kind);
        assertThat(route(update)).isEqualTo("-100/null/7/null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "inline_query | {FROM,\"query\":\"q\"} | null/null/7/null",
                "chosen_inline_result | {FROM} | null/null/7/null",
                "shipping_query | {FROM} | null/null/7/null",
                "poll | {\"id\":\"5\",\"options\":[]} | null/null/null/null",
                "poll_answer | {\"poll_id\":\"5\",\"user\":{\"id\":7}} | null/null/7/null",
                "message_reaction | {CHAT,\"user\":{\"id\":7}} | -100/null/7/null",
                "managed_bot | {\"user\":{\"id\":7},\"bot\":{\"id\":8}} | null/null/7/null",
                "message | {CHAT,FROM,\"message_thread_id\":3} | -100/null/7/null",
                "message | {CHAT,FROM,\"message_thread_id\":3,\"is_topic_message\":true} | -100/3/7/null",
                "message | {CHAT,FROM,\"is_topic_message\":true,\"message_thread_id\":3} | -100/3/7/null",
                "message | {CHAT,FROM,\"direct_messages_topic\":{\"topic_id\":4}} | -100/4/7/null",
                "business_message | {\"business_connection_id\":\"bc\",CHAT} | -100/null/null/bc",
                "deleted_business_messages | {\"business_connection_id\":\"bc\",CHAT} | -100/null/null/bc",
                "business_connection | {\"id\":\"bc\",\"user\":{\"id\":7},\"user_chat_id\":8} | 8/null/7/bc",
                "stopped_message_generation | {CHAT,\"message_thread_id\":3} | -100/3/null/null",
                "callback_query | {\"id\":\"1\",FROM,\"message\":{\"from\":{\"id\":99},CHAT,\"is_topic_message\":true,\"message_thread_id\":3}} | -100/3/7/null",
                "callback_query | {\"id\":\"1\",FROM,\"inline_message_id\":\"i\"} | null/null/7/null",
                "message | {CHAT,\"reply_to_message\":{\"chat\":{\"id\":5},\"message_thread_id\":3,\"is_topic_message\":true},FROM} | -100/null/7/null",
            })
    void everyKindIsRoutedByWhatItHas(String kind, String body, String route) {
        var update = one("\"" + kind + "\":" + body.replace("CHAT", CHAT).replace("FROM", FROM));

        assertThat(update.kind()).isEqualTo(kind);
        assertThat(route(update)).isEqualTo(route);
    }

    @Test
    void oddRoutingFieldsAreAsIfAbsent() {
        for (String odd : List.of(
                "null", "[]", "{}", "{\"id\":\"x\"}", "{\"id\":123456789012345678901}", "true", "{\"id\":[[1]]}"))
            assertThat(route(one("\"message\":{\"chat\":" + odd + ",\"from\":" + odd + ",\"message_thread_id\":" + odd
                            + ",\"is_topic_message\":true,\"business_connection_id\":" + odd + "}")))
                    .as(odd)
                    .isEqualTo("null/null/null/null");
    }

    @Test
    void theLastOfTwoEqualNamesCounts() {
        byte[] json =
                "{\"update_id\":1,\"update_id\":2,\"message\":{},\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":4,\"type\":\"x\"},\"chat\":{\"id\":5,\"type\":\"x\"}}}"
                        .getBytes(UTF_8);

        var update = RawUpdate.parse(json);

        assertThat(update.updateId()).isEqualTo(2);
        assertThat(update.chatId()).isEqualTo(5);
        assertThat(update.decode().updateId()).isEqualTo(2);
        assertThat(update.decode().message()).isEqualTo(Message.of(1, 1, Chat.of(5, ChatType.of("x"))));
    }

    @Test
    void aKnownKindIsPreferredToWhatStandsBesideIt() {
        var update = one("\"trace\":{\"chat\":{\"id\":1}},\"poll\":{\"id\":\"1\"},\"flags\":[{\"chat\":{\"id\":1}}]");

        assertThat(update.kind()).isEqualTo("poll");
        assertThat(route(update)).isEqualTo("null/null/null/null");
        assertThat(one("\"brand_new\":[1]").kind()).isEqualTo("brand_new");
        assertThat(RawUpdate.parse("{\"update_id\":1}".getBytes(UTF_8)).kind()).isEmpty();
    }

    // ---- splitting

    @Test
    void anAnswerIsSplitIntoExactlyItsUpdates() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new SplittableRandom(seed);
            List<String> updates = new ArrayList<>();
            List<Long> ids = new ArrayList<>();
            for (int n = random.nextInt(8); n > 0; n--) {
                long id = random.nextLong(1L << 40);
                ids.add(id);
                updates.add(update(random, id));
            }
            String space = space(random);
            String answer = space + "{" + space + "\"ok\" : true," + space + "\"result\":[" + space
                    + String.join(space + "," + space, updates) + space + "]" + space + ",\"more\":" + value(random, 3)
                    + space + "}" + space;

            List<RawUpdate> scanned = RawUpdate.scan(answer.getBytes(UTF_8));

            assertThat(scanned)
                    .as("seed %d: %s", seed, answer)
                    .extracting(RawUpdate::updateId)
                    .isEqualTo(ids);
            assertThat(scanned)
                    .as("seed %d: %s", seed, answer)
                    .extracting(update -> new String(update.bytes(), UTF_8))
                    .isEqualTo(updates);
            for (RawUpdate update : scanned) {
                var again = RawUpdate.parse(update.bytes());
                assertThat(again.kind() + route(again)).isEqualTo(update.kind() + route(update));
                assertThat(update.decode().updateId()).isEqualTo(update.updateId());
            }
        }
    }

    @Test
    void oneDamagedUpdateLeavesItsNeighboursAlone() throws Exception {
        List<String> damages = List.of(
                "{\"update_id\":5,\"message\":{\"text\":\"bad \\x escape\"}}",
                "{\"update_id\":5,\"message\":{\"text\":tru}}",
                "{\"update_id\":5,\"message\":{\"text\":\"\u0001\"}}",
                "{\"update_id\":5,\"message\":{\"text\":\"\u00ff\u00fe not UTF-8\"}}",
                "{\"update_id\":5,\"message\":" + "[".repeat(3000) + "]".repeat(3000) + "}",
                "{\"update_id\":5,\"message\":{\"n\":" + "9".repeat(5000) + "}}",
                "{\"update_id\":5,\"message\":{\"n\":01}}");
        for (String damage : damages) {
            var answer = new ByteArrayOutputStream();
            answer.write("{\"ok\":true,\"result\":[{\"update_id\":4,\"poll\":{}},".getBytes(ISO_8859_1));
            answer.write(damage.getBytes(ISO_8859_1));
            answer.write((",{\"update_id\":6,\"message\":{" + CHAT + "}} ]}").getBytes(ISO_8859_1));

            List<RawUpdate> updates = RawUpdate.scan(answer.toByteArray());

            assertThat(updates).as(damage).extracting(RawUpdate::updateId).containsExactly(4L, 5L, 6L);
            assertThat(updates.get(1).bytes()).isEqualTo(damage.getBytes(ISO_8859_1));
            assertThat(updates.get(1).kind()).isEqualTo("message");
            assertThat(updates.get(2).chatId()).isEqualTo(-100);
            assertThatThrownBy(() -> updates.get(1).decode())
                    .isInstanceOf(DecodeException.class)
                    .hasMessageStartingWith("update 5: ");
        }
    }

    private static final List<String> ODD = List.of(
            "null",
            "17",
            "-1.5e3",
            "\"text\"",
            "true",
            "[{\"update_id\":9}]",
            "{}",
            "{\"update_id\":\"9\"}",
            "{\"message\":{\"text\":\"a\"}}",
            "{\"message\":{\"text\":\"\\q\"}}",
            "{\"update_id\":123456789012345678901,\"poll\":{}}",
            "{\"update_id\":null}");

    private static String updates(Object... elements) {
        return Stream.of(elements)
                .map(element ->
                        element instanceof Integer id ? "{\"update_id\":" + id + ",\"poll\":{}}" : element.toString())
                .collect(joining(" , ", "[ ", " ]"));
    }

    private static List<Long> ids(List<RawUpdate> updates) {
        return updates.stream().map(RawUpdate::updateId).toList();
    }

    @Test
    void line14WhatSaysNoIdHasThatOfItsPlaceAndItsBytes() {
        for (String odd : ODD) {
            List<RawUpdate> updates = scan(updates(1, odd, 3, odd));
            assertThat(ids(updates)).as(odd).containsExactly(1L, 2L, 3L, 4L);
            for (RawUpdate unnumbered : List.of(updates.get(1), updates.get(3))) {
                assertThat(unnumbered.isNumbered()).isFalse();
                assertThat(new String(unnumbered.bytes(), UTF_8)).isEqualTo(odd);
                assertThat(unnumbered.kind()).isEmpty();
                assertThatThrownBy(unnumbered::decode)
                        .isInstanceOf(DecodeException.class)
                        .hasMessage("update " + unnumbered.updateId() + ": no whole object with an update_id");
                assertThatThrownBy(() -> RawUpdate.parse(unnumbered.bytes())).isInstanceOf(DecodeException.class);
            }
            assertThat(updates.get(0).isNumbered()).isTrue();
            assertThat(updates.get(2).isNumbered()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,  1 x 2,   1 2", // no place: the server does not count, and what follows confirms it
        "0,  5 x x 7, 5 6 7",
        "0,  x 7,     6 7",
        "0,  x x 7,   5 6 7",
        "0,  x 1,     1",
        "6,  x 7,     6 7",
        "7,  x 7,     7", // before what was asked for is nothing
        "6,  x x 7,   6 7",
        "50, x 7,     6 7", // ids start anew after an idle week
        "6,  x,       6",
        "6,  x x,     6 7",
        "0,  x,       ''",
        "-1, x,       ''",
        "9,  9 x,     9 10"
    })
    void line14APlaceIsNeverThatOfAnother(long offset, String answer, String expected) {
        Object[] elements = Stream.of(answer.split(" "))
                .map(element -> element.equals("x") ? (Object) "{}" : Integer.valueOf(element))
                .toArray();
        var bytes = ("{\"ok\":true,\"result\":" + updates(elements) + "}").getBytes(UTF_8);
        assertThat(ids(RawUpdate.scan(bytes, offset)).stream()
                        .map(String::valueOf)
                        .collect(joining(" ")))
                .isEqualTo(expected);
    }

    @Test
    void anAnswerThatIsNotWholeIsRefused() {
        String whole =
                "{\"ok\":true,\"result\":[{\"update_id\":1,\"poll\":{\"id\":\"1\"}},{\"update_id\":2,\"poll\":{}}]}";
        for (int length = 0; length < whole.length() - 2; length++) {
            byte[] cut = whole.substring(0, length).getBytes(UTF_8);
            assertThatThrownBy(() -> RawUpdate.scan(cut)).as("%d bytes", length).isInstanceOf(DecodeException.class);
        }
        for (String other : List.of(
                "{\"ok\":false,\"result\":[]}",
                "{\"result\":[]}",
                "{\"ok\":true}",
                "{\"ok\":true,\"result\":{}}",
                "[]",
                "x"))
            assertThatThrownBy(() -> RawUpdate.scan(other.getBytes(UTF_8)))
                    .as(other)
                    .isInstanceOf(DecodeException.class);
    }

    /** What an answer with one update that cannot be split still tells of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'update_id':7,'message':{'text':'ab       | 5  | 7 cut",
                "{'update_id':7,'message':{'text':'ab       | 0  | 7 cut",
                "{'update_id':7                             | 5  | 5 cut", // 7 may be the begin of 71
                "{'update_id':7                             | 0  | none",
                "{'upd                                      | 5  | 5 cut",
                "{                                          | -1 | none",
                "{'update_id':7,'message':{}}}]}            | 5  | 7 cut",
                "{'update_id':7,'message':{}},{'update_id':8| 5  | 7 whole", // a server that minds no limit
                "{'message':{}},{'update_id':8              | 5  | 5 cut",
                "[                                          | 5  | none",
                "''                                         | 5  | none",
            })
    void line14WhatStandsInAnAnswerThatBreaksOffHasAnIdToBeSetAsideUnder(String element, long offset, String expected) {
        var answer = ("{\"ok\":true,\"result\":[" + element.replace('\'', '"')).getBytes(UTF_8);
        assertThatThrownBy(() -> RawUpdate.scan(answer, offset)).isInstanceOf(DecodeException.class);
        var broken = UpdateScanner.broken(answer, offset);
        assertThat(broken == null ? "none" : broken.updateId() + (broken.isNumbered() ? " whole" : " cut"))
                .isEqualTo(expected);
        if (broken != null && !broken.isNumbered())
            assertThat(new String(broken.bytes(), UTF_8)).isEqualTo(element.replace('\'', '"'));
    }

    @Test
    void line14OnlyASuccessfulAnswerHasUpdates() {
        for (String other :
                List.of("", "<html>", "{\"ok\":true,\"res", "{\"ok\":true,\"result\":{", "{\"ok\":false,\"result\":[{"))
            assertThat(UpdateScanner.broken(other.getBytes(UTF_8), 5)).as(other).isNull();
    }

    @Test
    void anyBytesAtAllAreReadOrRefused() {
        byte[] seedText = ("{\"ok\":true,\"result\":[{\"update_id\":1,\"message\":{" + CHAT + "," + FROM
                        + ",\"text\":\"a\\u00e9\\n\"}},{\"update_id\":2,\"poll\":{\"id\":\"1\"}}]}")
                .getBytes(UTF_8);
        byte[] dirt = "{}[]\",:\\0te \u0000\u00ff".getBytes(ISO_8859_1);
        for (long seed = 0; seed < 20_000; seed++) {
            var random = new SplittableRandom(seed);
            byte[] bytes = seedText.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--)
                bytes[random.nextInt(bytes.length)] = dirt[random.nextInt(dirt.length)];
            try {
                for (RawUpdate update : RawUpdate.scan(bytes)) decoded(update);
            } catch (DecodeException refused) {
                assertThat(refused).as("seed %d", seed).hasMessageNotContaining("supergroup");
            }
        }
    }

    private static void decoded(RawUpdate update) {
        try {
            assertThat(update.decode().updateId()).isEqualTo(update.updateId());
        } catch (DecodeException refused) {
            // the other right answer
        }
    }

    @Test
    void bytesAreThoseOfTheUpdateAndNobodyElses() throws Exception {
        var update = one("\"poll\":{}");
        update.bytes()[0] = 'x';
        var out = new ByteArrayOutputStream();
        update.writeTo(out);

        assertThat(out.toString(UTF_8)).isEqualTo("{\"update_id\":1,\"poll\":{}}");
        assertThat(update.size()).isEqualTo(out.size());
        assertThat(update).hasToString("RawUpdate[1 poll, 25 bytes]");
        assertThatThrownBy(() -> RawUpdate.parse("{}".getBytes(UTF_8))).isInstanceOf(DecodeException.class);
    }

    // ---- random JSON

    private static String update(SplittableRandom random, long id) {
        var members = new ArrayList<String>();
        for (int n = random.nextInt(3); n > 0; n--) members.add(text(random) + ":" + value(random, 4));
        members.add(random.nextInt(members.size() + 1), "\"update_id\":" + space(random) + id);
        members.add("\"message\":{\"message_id\":1,\"chat\":{\"title\":" + text(random) + ",\"id\":" + id
                + ",\"type\":\"private\"},\"x\":" + value(random, 5) + ",\"date\":1}");
        return "{" + space(random) + String.join("," + space(random), members) + "}";
    }

    private static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> "null";
            case 1 -> Boolean.toString(random.nextBoolean());
            case 2 -> Long.toString(random.nextLong());
            case 3 -> "-12345678901234567890123456789012345678901234567890.5E-7";
            case 4 -> "99999999999999999999999999999";
            case 5 -> text(random);
            case 6 -> "[" + space(random) + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
            case 7 -> random.nextBoolean() ? "{}" : "[]";
            default ->
                "{" + text(random) + space(random) + ":" + value(random, depth - 1) + ",\"k\":"
                        + value(random, depth - 1) + ",\"k\":" + value(random, depth - 1) + "}";
        };
    }

    private static String text(SplittableRandom random) {
        String[] texts = {
            "\"\"", "\"}]\"", "\"\\\"\\\\\"", "\"\\u00e9\\ud83d\\ude00\"", "\"ünï✓\uD83D\uDE00\"", "\"update-id\""
        };
        return texts[random.nextInt(texts.length)];
    }

    private static String space(SplittableRandom random) {
        String[] spaces = {"", "", "", " ", "\n", "\r\n\t "};
        return spaces[random.nextInt(spaces.length)];
    }
}
