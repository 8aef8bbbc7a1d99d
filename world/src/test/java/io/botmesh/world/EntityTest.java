package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTest {
    private final Registry registry = new Registry(1);

    private static String show(String text, List<Entity> entities) {
        return entities.stream()
                .map(entity -> entity.type().wireName() + " " + text.substring(entity.offset(), entity.end())
                        + (entity.argument() == null ? "" : " -> " + entity.argument()))
                .collect(Collectors.joining("; "));
    }

    private static String found(String text) {
        return show(text, EntityScanner.find(text));
    }

    private String parsed(String mode, String text) {
        var params = new Params(Arguments.of("text", text, "parse_mode", mode));
        var clean = Draft.of(params, "text", "entities", registry).clean(false);
        return clean.text() + " | " + show(clean.text(), clean.entities());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "hi @botmesh!             | mention @botmesh",
                "a@botmesh                | -",
                "@abc @gif                | mention @gif",
                "/start and /a@bot_name   | bot_command /start; bot_command /a@bot_name",
                "x/start //start </start  | -",
                "/start/                  | -",
                "#tag #1a #12 a#b #a#b    | hashtag #tag; hashtag #1a",
                "#größe                   | hashtag #größe",
                "#tag@some_chat #b@xy     | hashtag #tag@some_chat; hashtag #b",
                "$USD@some_chat           | cashtag $USD@some_chat",
                "call +1 (555) 010-9999!  | phone_number +1 (555) 010-9999",
                "+12345678901 1+2 +12     | phone_number +12345678901",
                "$USD $toolong A$EUR $1INCH | cashtag $USD; cashtag $1INCH",
                "$ABCDEFGHI               | -",
                "mail me@example.org now  | email me@example.org",
                "see example.org.         | url example.org",
                "https://x.yy/path(a)b),  | url https://x.yy/path(a)b",
                "file.txt                 | -",
                "http://localhost/x       | -",
                "http://10.0.0.1:8080/a   | url http://10.0.0.1:8080/a",
                "1.2.3                    | -",
                "tg://resolve?domain=x    | url tg://resolve?domain=x",
                "user@host.com/x          | url user@host.com/x",
                "ftp://a.bb sftp://a.com  | url ftp://a.bb",
                "no. spaces. here         | -",
            })
    void theServerFindsEntitiesInPlainText(String text, String entities) {
        assertThat(found(text)).isEqualTo(entities == null ? "" : entities);
    }

    @Test
    void whereFindingsOverlapTheFirstOneWins() {
        assertThat(found("http://example.org/#tag @someone"))
                .isEqualTo("url http://example.org/#tag; mention @someone");
    }

    @Test
    void aBankCardIsNotShownButKeepsOthersAway() {
        assertThat(TextCleaner.clean("4111 1111 1111 1111", List.of(), false).entities())
                .isEmpty();
        assertThat(EntityScanner.find("4111 1111 1111 1111")).hasSize(1);
        assertThat(EntityScanner.find("4111 1111 1111 1112")).isEmpty();
    }

    @Test
    void offsetsCountUtf16Units() {
        var entities = EntityScanner.find("\ud83d\ude00 #tag");
        assertThat(entities).containsExactly(Entity.of(EntityType.HASHTAG, 3, 4));
    }

    @Test
    void onePreOverAllSuppressesDetection() {
        var text = "#a @botmesh http://example.org";
        var clean = TextCleaner.clean(text, List.of(Entity.of(EntityType.PRE, 0, text.length())), false);
        assertThat(clean.entities()).containsExactly(Entity.of(EntityType.PRE, 0, text.length()));
    }

    @Test
    void entitiesMoveWithTheTextAndBeginBehindTheirBlanks() {
        var clean = TextCleaner.clean("\r  x y", List.of(Entity.of(EntityType.BOLD, 4, 2)), false);
        assertThat(clean.text()).isEqualTo("x y");
        assertThat(clean.entities()).containsExactly(Entity.of(EntityType.BOLD, 2, 1));
        assertThat(kept("  x", Entity.of(EntityType.BOLD, 0, 3))).isEqualTo("x | bold x");
        assertThat(kept("x  y", Entity.of(EntityType.ITALIC, 1, 2))).isEqualTo("x  y | ");
    }

    @Test
    void blanksStayInsideALink() {
        assertThat(kept("  x", new Entity(EntityType.TEXT_LINK, 0, 3, "http://example.org/", null)))
                .isEqualTo("  x | text_link   x -> http://example.org/");
    }

    @Test
    void stylesAreCutWhereAnotherOneBegins() {
        assertThat(kept("abcdef", Entity.of(EntityType.BOLD, 0, 4), Entity.of(EntityType.ITALIC, 2, 4)))
                .isEqualTo("abcdef | bold ab; italic cdef; bold cd");
        assertThat(kept("abcdef", Entity.of(EntityType.BOLD, 0, 6), Entity.of(EntityType.CODE, 2, 2)))
                .isEqualTo("abcdef | bold ab; code cd; bold ef");
        assertThat(kept("ab @name cd", Entity.of(EntityType.BOLD, 0, 5)))
                .isEqualTo("ab @name cd | bold ab ; mention @name; bold @n");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "Example.org?q,          http://example.org/?q",
                "https://example.org:8443/a b, https://example.org:8443/a%20b",
                "http://пример.рф,       http://пример.рф/",
                "tg://user/x y,          tg://user/x%20y",
                "http://exa mple.com,    none",
                "http://a<b.com,         none",
                "http://a.com:70000/,    none",
                "http://a.com:b/,        none",
                "localhost,              none",
            })
    void aLinkIsCompletedOrNone(String written, String link) {
        assertThat(Links.check(written)).isEqualTo(link);
        if (link != null) assertThat(Links.check(link)).isEqualTo(link);
    }

    /** Each against each other would be a hundred million comparisons, with the world's lock held. */
    @Test
    void tensOfThousandsOfEntitiesAreReadInOneGo() {
        var asked = new ArrayList<Entity>();
        var types = List.of(EntityType.CODE, EntityType.BLOCKQUOTE, EntityType.BOLD, EntityType.ITALIC);
        for (int i = 0; i < 40_000; i++) asked.add(Entity.of(types.get(i % 4), i % 30_000, 1 + i % 3));
        assertThat(TextCleaner.clean("#a ".repeat(10_900), asked, false).entities())
                .hasSize(100);
    }

    @Test
    void oneStyleThatTouchesItselfIsOne() {
        assertThat(kept("abcdef", Entity.of(EntityType.BOLD, 0, 3), Entity.of(EntityType.BOLD, 3, 2)))
                .isEqualTo("abcdef | bold abcde");
    }

    @Test
    void ofOverlappingLinksTheFirstStaysAndAQuoteDropsWhatSticksOut() {
        assertThat(kept("abcdef", Entity.of(EntityType.PRE, 0, 4), Entity.of(EntityType.CODE, 2, 4)))
                .isEqualTo("abcdef | pre abcd");
        assertThat(kept("abcdef", Entity.of(EntityType.BLOCKQUOTE, 0, 4), Entity.of(EntityType.CODE, 2, 4)))
                .isEqualTo("abcdef | blockquote abcd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "1, 1 ~ entity begins in a middle of a UTF-16 symbol at byte offset 4",
                "0, 1 ~ entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
                "4, 1 ~ entity begins after the end of the text at UTF-16 offset 4",
                "2, 2 ~ entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 4",
            })
    void anEntityThatDoesNotFitTheTextIsRefused(String span, String error) {
        var numbers = span.split(", ", -1);
        var entity = Entity.of(EntityType.BOLD, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        assertThatThrownBy(() -> kept("\ud83d\ude00a", entity)).hasMessage("Bad Request: " + error);
    }

    private String kept(String text, Entity... asked) {
        var clean = TextCleaner.clean(text, List.of(asked), false);
        return clean.text() + " | " + show(clean.text(), clean.entities());
    }

    @Test
    void atMostAHundredEntitiesAreKept() {
        assertThat(TextCleaner.clean("#a ".repeat(150), List.of(), false).entities())
                .hasSize(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "*b* _i_ __u__            ~ b i u | bold b; italic i; underline u",
                "\\*no\\* `c*d` ||s||     ~ *no* c*d s | code c*d; spoiler s",
                "[a](example.com)         ~ a | text_link a -> http://example.com/",
                "*b _i_ c*                ~ b i c | bold b ; bold i c; italic i",
                "```java x```             ~ x | pre  x -> java",
                ">quote                   ~ quote | blockquote quote",
                "**>more||                ~ more | expandable_blockquote more",
                "![t](tg://time?unix=1647531900&format=Tw) ~ t | date_time t -> 1647531900 wT",
            })
    void markdownV2IsRead(String text, String expected) {
        assertThat(parsed("MarkdownV2", text).strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a.b     ~ Character '.' is reserved and must be escaped with the preceding '\\'",
                "ü *b    ~ Can't find end of Bold entity at byte offset 3",
                "_a      ~ Can't find end of Italic entity at byte offset 0",
                "[a](b   ~ Can't find end of a URL at byte offset 4",
            })
    void badMarkdownV2IsRefusedWithItsPlace(String text, String error) {
        assertThatThrownBy(() -> parsed("MarkdownV2", text)).hasMessage("Bad Request: can't parse entities: " + error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "<b>b</b> <i>i</i> &lt;x&gt; &amp;&#65;  ~ b i <x> &A | bold b; italic i",
                "<a href=\"https://example.org/x\">l</a> ~ l | text_link l -> https://example.org/x",
                "<pre><code class=\"language-java\">x</code></pre> ~ x | pre x -> java",
                "<span class=\"tg-spoiler\">s</span>     ~ s | spoiler s",
                "<blockquote expandable>q</blockquote>   ~ q | expandable_blockquote q",
                "<tg-time unix=\"1647531900\" format=\"r\">soon</tg-time> ~ soon | date_time soon -> 1647531900 r",
            })
    void htmlIsRead(String text, String expected) {
        assertThat(parsed("HTML", text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "ü<x>a</x> ~ Unsupported start tag \"x\" at byte offset 2",
                "<b>a      ~ Can't find end tag corresponding to start tag \"b\" at byte offset 0",
                "a</b>     ~ Unexpected end tag at byte offset 1",
                "<b>a</i>  ~ Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"",
                "<b        ~ Unclosed start tag at byte offset 0",
            })
    void badHtmlIsRefusedWithItsPlace(String text, String error) {
        assertThatThrownBy(() -> parsed("HTML", text)).hasMessage("Bad Request: can't parse entities: " + error);
    }

    @Test
    void theEntitiesArgumentIsTakenAndNonsenseInItPassedOver() {
        var params = new Params(Arguments.of(
                "text",
                "bold link #tag",
                "entities",
                "[{\"type\":\"bold\",\"offset\":0,\"length\":4},{\"type\":\"text_link\",\"offset\":5,\"length\":4,"
                        + "\"url\":\"https://example.org\"},{\"type\":\"bold\",\"offset\":-1,\"length\":4},"
                        + "{\"type\":\"nonsense\",\"offset\":0,\"length\":4},7]"));
        var clean = Draft.of(params, "text", "entities", registry).clean(false);
        assertThat(show(clean.text(), clean.entities()))
                .isEqualTo("bold bold; text_link link -> https://example.org/; hashtag #tag");
    }
}
