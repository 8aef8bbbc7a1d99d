package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.ParseMode;
import io.botmesh.botapi.SendMessage;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is escaped, built and split here is read by the parser of the emulator. */
@NullUnmarked // fields that JUnit fills
class FormattingTest {
    @StartEmulator
    Telegram telegram;

    private BotApi api;
    private long ann;
    private SplittableRandom random;

    @BeforeEach
    void start() {
        var bot = telegram.bot("format_bot");
        api = new BotApi(ApiOptions.defaults().withBase(bot.api()), BotToken.parse(bot.token()));
        var person = telegram.person("Ann");
        person.opens(bot);
        ann = person.id();
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        random = new SplittableRandom(seed);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void escapedTextReadsAsItWasWritten() throws Exception {
        for (int i = 0; i < 60; i++) {
            var text = "x" + new RandomRich(random.split()).text(8) + "y";
            var plain = api.call(SendMessage.of(ann, text));
            assertThat(sent(ParseMode.HTML, Html.escape(text))).isEqualTo(Rich.of(plain));
            assertThat(sent(ParseMode.MARKDOWN_V2, MarkdownV2.escape(text))).isEqualTo(Rich.of(plain));
        }
    }

    @Test
    void escapedTextReadsAsItWasWrittenInsideOfOtherThings() throws Exception {
        for (int i = 0; i < 60; i++) {
            var text = "x" + new RandomRich(random.split()).text(8) + "y";
            assertSame(Rich.bold(text), ParseMode.HTML, "<b>" + Html.escape(text) + "</b>");
            assertSame(Rich.code(text), ParseMode.HTML, "<code>" + Html.escape(text) + "</code>");
            assertSame(Rich.bold(text), ParseMode.MARKDOWN_V2, "*" + MarkdownV2.escape(text) + "*");
            assertSame(Rich.code(text), ParseMode.MARKDOWN_V2, "`" + MarkdownV2.escapeCode(text) + "`");
            assertSame(Rich.pre(text), ParseMode.MARKDOWN_V2, "```\n" + MarkdownV2.escapeCode(text) + "```");
            var url = "https://example.com/"
                    + new RandomRich(random.split()).text(5).strip() + "x";
            assertSame(Rich.link(url, "l"), ParseMode.HTML, "<a href=\"" + Html.escape(url) + "\">l</a>");
            assertSame(Rich.link(url, "l"), ParseMode.HTML, "<a href='" + Html.escape(url) + "'>l</a>");
            assertSame(Rich.link(url, "l"), ParseMode.MARKDOWN_V2, "[l](" + MarkdownV2.escapeUrl(url) + ")");
        }
    }

    /** Entities as built and tags as written mean the same to the server. */
    @Test
    void anyTextIsTheSameInEntitiesAndInHtml() throws Exception {
        for (int i = 0; i < 150; i++) {
            var rich = Rich.of("x", new RandomRich(random.split()).rich(4), "y");
            if (rich.length() < 4096) assertSame(rich, ParseMode.HTML, rich.html());
        }
    }

    @Test
    void whatComesBackIsWhatWasBuilt() throws Exception {
        var rich = Rich.of(
                Rich.bold(Rich.italic("Dear Ann")),
                ", see ",
                Rich.link("https://example.com/a", "the list"),
                "\n",
                Rich.pre("int a = 1 < 2 ? 3 : 4;", "java"),
                Rich.quote("said ", Rich.spoiler("who?")));
        assertThat(Rich.of(api.call(rich.message(ann)))).isEqualTo(rich);
    }

    @Test
    void everyPartOfALongTextIsTakenByTheServer() throws Exception {
        var whole = new StringBuilder();
        var back = new StringBuilder();
        var rich = Rich.of("begin");
        while (rich.length() < 15_000) rich = rich.plus(new RandomRich(random.split()).rich(5));
        whole.append(rich.text());
        for (var part : rich.split()) back.append(api.call(part.message(ann)).text());
        assertThat(visible(back)).isEqualTo(visible(whole));
    }

    @Test
    void textThatIsNotEscapedIsRefused() throws Exception {
        assertThat(refused(ParseMode.MARKDOWN_V2, "a.b", MarkdownV2::escape)).isTrue();
        assertThat(refused(ParseMode.HTML, "a<b", Html::escape)).isTrue();
    }

    private boolean refused(ParseMode mode, String text, UnaryOperator<String> escape) throws Exception {
        assertThat(sent(mode, escape.apply(text)).text()).isEqualTo(text);
        try {
            sent(mode, text);
            return false;
        } catch (ApiException refused) {
            return true;
        }
    }

    private static String visible(CharSequence text) {
        return text.toString().replaceAll("\\s+", "");
    }

    private void assertSame(Rich rich, ParseMode mode, String markup) throws Exception {
        Message built = api.call(rich.message(ann));
        assertThat(sent(mode, markup)).as(markup).isEqualTo(Rich.of(built));
    }

    private Rich sent(ParseMode mode, String markup) throws Exception {
        return Rich.of(api.call(SendMessage.of(ann, markup).withParseMode(mode)));
    }
}
