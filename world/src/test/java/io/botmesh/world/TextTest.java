package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("text_bot");
    private String chat = "";

    @BeforeEach
    void open() {
        chat = Scene.text(
                scene.world.addChannel("c", null, List.of(Admin.full(bot.id()))).id());
    }

    private String sent(String text, String... more) {
        var arguments = Arguments.builder().add("chat_id", chat).add("text", text);
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        return Scene.ok(Scene.now(scene.send(bot, "sendMessage", arguments.build())))
                .get("text")
                .stringValue();
    }

    private static String unescape(String text) {
        return Pattern.compile("\\\\u([0-9a-f]{4})")
                .matcher(text)
                .replaceAll(match -> Character.toString(Integer.parseInt(match.group(1), 16)))
                .translateEscapes();
    }

    private String refused(String text) {
        return scene.refusal(bot, "sendMessage", "chat_id", chat, "text", text);
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a\\tb,a b", // controls become spaces
                "a\\u0001\\u001fb,a  b",
                "a\\r\\nb,a\\nb", // carriage returns go
                "a\\u2028\\u2029\\u202a\\u202b\\u202c\\u202d\\u202eb,ab",
                "a\\u030a\\u0333\\u033fb,ab", // three combining marks go
                "a\\u0301b,a\\u0301b", // others stay, and nothing is composed
                "a\\u200e\\u200f\\u200eb,a\\u200c\\u200c\\u200eb", // of a run of marks only the last stays
                "a\\u200fb,a\\u200fb",
                " \\n a  b \\n ,a  b", // trimmed at the ends, nowhere else
                "\\u00a0a\\u00a0,\\u00a0a\\u00a0", // only by spaces and line breaks
                "\\u3000a,\\u3000a",
                "a\\u007fb,a\\u007fb",
            })
    void theServerCleansText(String raw, String clean) {
        assertThat(sent(unescape(raw)).codePoints().toArray())
                .isEqualTo(unescape(clean).codePoints().toArray());
    }

    @Test
    void whatLooksEmptyIsRefused() {
        for (var blank : List.of(" ", "\n", " \n ", "\u200b", "\u3000", "\u2800\u00a0", "\ufeff", "\u200e\u200f")) {
            assertThat(refused(blank)).isEqualTo("400 Bad Request: text must be non-empty");
        }
        assertThat(refused("")).isEqualTo("400 Bad Request: message text is empty");
    }

    @Test
    void fourThousandAndNinetySixAstralCharactersPass() {
        assertThat(sent("\ud83d\ude00".repeat(4096))).hasSize(8192);
    }

    @Test
    void oneCharacterMoreIsRefused() {
        assertThat(refused("\ud83d\ude00".repeat(4097))).isEqualTo("400 Bad Request: message is too long");
        assertThat(refused("x".repeat(4097))).isEqualTo("400 Bad Request: message is too long");
    }

    @Test
    void theLimitCountsTheCleanedText() {
        assertThat(sent("  " + "x".repeat(4096) + "\r\r\n")).hasSize(4096);
    }

    @Test
    void moreThan32KibOfRawTextAreRefusedAsSuch() {
        assertThat(refused("x".repeat(32_769))).isEqualTo("400 Bad Request: text is too long");
        assertThat(refused("x".repeat(32_768))).isEqualTo("400 Bad Request: message is too long");
        assertThat(refused("\u4e00".repeat(10_923))).isEqualTo("400 Bad Request: text is too long");
    }

    @Test
    void whatIsLongerThan35000BytesIsCutBeforeThat() {
        assertThat(TextCleaner.clean("a".repeat(40_000), List.of(), false).text())
                .hasSize(34_997);
        var wide = TextCleaner.clean("\u4e00".repeat(20_000), List.of(), false).text();
        assertThat(TextCleaner.utf8Length(wide)).isBetween(34_990, 35_000);
    }

    @Test
    void aMomentIsAnEntityWithItsForm() {
        var message = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "now",
                "entities",
                "[{\"type\":\"date_time\",\"offset\":0,\"length\":3,\"unix_time\":1647531900,"
                        + "\"date_time_format\":\"wDT\"}]");
        assertThat(message.get("entities").toString())
                .isEqualTo("[{\"offset\":0,\"length\":3,\"type\":\"date_time\",\"unix_time\":1647531900,"
                        + "\"date_time_format\":\"wDT\"}]");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThat(refused("a\udcffb")).isEqualTo("400 Bad Request: strings must be encoded in UTF-8");
    }

    @Test
    void theOrderOfChecksIsContentThenMarkupThenChatThenRightsThenLength() {
        var tooLong = "x".repeat(5000);
        assertThat(scene.refusal(bot, "sendMessage")).isEqualTo("400 Bad Request: message text is empty");
        assertThat(scene.refusal(bot, "sendMessage", "text", "x".repeat(40_000)))
                .isEqualTo("400 Bad Request: text is too long");
        assertThat(scene.refusal(bot, "sendMessage", "text", "a", "reply_markup", "{"))
                .isEqualTo("400 Bad Request: can't parse reply keyboard markup JSON object");
        assertThat(scene.refusal(bot, "sendMessage", "text", tooLong)).isEqualTo("400 Bad Request: chat_id is empty");
        assertThat(scene.refusal(bot, "sendMessage", "text", tooLong, "chat_id", "12"))
                .isEqualTo("400 Bad Request: chat not found");
        assertThat(scene.refusal(
                        bot,
                        "sendMessage",
                        "text",
                        tooLong,
                        "chat_id",
                        chat,
                        "reply_parameters",
                        "{\"message_id\":99}"))
                .isEqualTo("400 Bad Request: message to be replied not found");
        var mute = scene.world.addBot("mute_bot");
        scene.world.chats().promote(Long.parseLong(chat), Admin.of(mute.id()));
        assertThat(scene.refusal(mute, "sendMessage", "text", tooLong, "chat_id", chat))
                .isEqualTo("400 Bad Request: need administrator rights in the channel chat");
        assertThat(refused(tooLong)).isEqualTo("400 Bad Request: message is too long");
    }

    @Test
    void parseModesAreNamedInAnyCaseAndUnknownOnesRefused() {
        assertThat(sent("<b>x</b>", "parse_mode", "hTmL")).isEqualTo("x");
        assertThat(sent("<b>x</b>", "parse_mode", "None")).isEqualTo("<b>x</b>");
        assertThat(scene.refusal(bot, "sendMessage", "chat_id", chat, "text", "x", "parse_mode", "null"))
                .isEqualTo("400 Bad Request: unsupported parse_mode");
    }

    @Test
    void anAnswerToAMessageThatIsGoneMayBeSentWithoutIt() {
        var message = scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "x",
                "reply_parameters",
                "{\"message_id\":99,\"allow_sending_without_reply\":true}");
        assertThat(message.has("reply_to_message")).isFalse();
    }

    @Test
    void anInlineKeyboardComesBackAsItWasSent() {
        var keyboard = "{\"inline_keyboard\":[[{\"text\":\"Ja \\u00fc\",\"callback_data\":\"1\"}]]}";
        assertThat(scene.raw(bot, "sendMessage", "chat_id", chat, "text", "x", "reply_markup", keyboard))
                .endsWith(",\"reply_markup\":" + keyboard + "}");
    }

    @Test
    void linkPreviewOptionsShowWhereThereIsALink() {
        var off = "{\"is_disabled\":true}";
        assertThat(scene.ok(
                                bot,
                                "sendMessage",
                                "chat_id",
                                chat,
                                "text",
                                "see example.org/x",
                                "link_preview_options",
                                off)
                        .get("link_preview_options")
                        .toString())
                .isEqualTo(off);
        assertThat(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "plain", "link_preview_options", off)
                        .has("link_preview_options"))
                .isFalse();
    }
}
