package io.botmesh.bot;

import static io.botmesh.bot.Rich.bold;
import static io.botmesh.bot.Rich.code;
import static io.botmesh.bot.Rich.italic;
import static io.botmesh.bot.Rich.link;
import static io.botmesh.bot.Rich.pre;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.botmesh.botapi.MessageEntity;
import io.botmesh.botapi.MessageEntityType;
import io.botmesh.botapi.User;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RichTest {
    @Test
    void offsetsCountSurrogatesTwice() {
        var rich = Rich.of("😀 ", bold("x😀", italic("y")), 7);

        assertThat(rich.text()).isEqualTo("😀 x😀y7");
        assertThat(rich.entities())
                .extracting(MessageEntity::type, MessageEntity::offset, MessageEntity::length)
                .containsExactly(tuple(MessageEntityType.BOLD, 3L, 4L), tuple(MessageEntityType.ITALIC, 6L, 1L));
        assertThat(rich.length()).isEqualTo(6);
    }

    @Test
    void anOuterEntityComesBeforeAnInnerOneOfTheSameSpan() {
        assertThat(bold(italic("x")).entities())
                .extracting(MessageEntity::type)
                .containsExactly(MessageEntityType.BOLD, MessageEntityType.ITALIC);
        assertThat(Rich.quote(bold("x"), " and ", link("https://a.example", "y"))
                        .entities())
                .extracting(MessageEntity::type)
                .containsExactly(MessageEntityType.BLOCKQUOTE, MessageEntityType.BOLD, MessageEntityType.TEXT_LINK);
    }

    @Test
    void nothingIsAnEntityOfAnEmptyText() {
        assertThat(bold("").entities()).isEmpty();
        assertThat(Rich.of(bold(""), link("https://a.example", ""))).isEqualTo(Rich.of());
    }

    @Test
    void joinsPartsWithSomethingBetween() {
        assertThat(Rich.join(", ", List.of(bold("a"), 2, "c"))).isEqualTo(Rich.of(bold("a"), ", 2, c"));
        assertThat(Rich.of("a").plus(code("b"), "c")).isEqualTo(Rich.of("a", code("b"), "c"));
    }

    @Test
    void mentionsSomebodyWithoutAUsername() {
        var entity = Rich.mention(User.of(42, false, "Ann")).entities().getFirst();
        assertThat(entity.type()).isEqualTo(MessageEntityType.TEXT_MENTION);
        assertThat(entity.user()).isEqualTo(User.of(42, false, "Ann"));
        assertThat(Rich.mention(42, "you").html()).isEqualTo("<a href=\"tg://user?id=42\">you</a>");
    }

    @Test
    void anEntityThatDoesNotFitTheTextIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rich("abc", List.of(MessageEntity.of(MessageEntityType.BOLD, 1, 3))))
                .withMessage("bold at 1, length 3, of 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rich("a😀", List.of(MessageEntity.of(MessageEntityType.BOLD, 0, 2))))
                .withMessage("bold at 0 cuts a character");
    }

    @Test
    void writesHtmlInWhichCrossingEntitiesNest() {
        var crossing = new Rich(
                "abc",
                List.of(
                        MessageEntity.of(MessageEntityType.BOLD, 0, 2),
                        MessageEntity.of(MessageEntityType.ITALIC, 1, 2)));
        assertThat(crossing.html()).isEqualTo("<b>a<i>b</i></b><i>c</i>");
        assertThat(Rich.of("<", pre("a&b", "java"), link("https://x.example?a=\"", "l"))
                        .html())
                .isEqualTo("&lt;<pre><code class=\"language-java\">a&amp;b</code></pre>"
                        + "<a href=\"https://x.example?a=&quot;\">l</a>");
    }

    @Test
    void aShortTextIsOnePart() {
        var rich = Rich.of(bold("a"), " b");
        assertThat(rich.split()).containsExactly(rich);
        assertThat(Rich.of().split()).isEmpty();
        assertThat(Rich.of(" \n ").split()).isEmpty();
    }

    @Test
    void charactersAreCountedAsTheServerDoes() {
        assertThat(Rich.of("😀".repeat(4096)).split()).hasSize(1);
        assertThat(Rich.of("😀".repeat(4097)).split()).extracting(Rich::length).containsExactly(4096, 1);
        assertThat(Rich.of("x".repeat(5000)).split(1024, 4096))
                .extracting(Rich::length)
                .containsExactly(1024, 3976);
    }

    @Test
    void cutsBetweenParagraphsElseLinesElseWordsElseCharactersAsPeopleSeeThem() {
        assertThat(texts(Rich.of("aaaa bb\n\ncc dd\nee"), 13)).containsExactly("aaaa bb", "cc dd\nee");
        assertThat(texts(Rich.of("aaaa bb\ncc dd ee"), 11)).containsExactly("aaaa bb", "cc dd ee");
        assertThat(texts(Rich.of("aaaa bb cc dd ee"), 11)).containsExactly("aaaa bb cc", "dd ee");
        assertThat(texts(Rich.of("👨‍👩‍👧👨‍👩‍👧"), 8)).containsExactly("👨‍👩‍👧", "👨‍👩‍👧");
    }

    @Test
    void linksAndCodeStayWholeAndStylesGoOn() {
        assertThat(Rich.of("aaa ", link("https://x.example", "one two")).split(8))
                .containsExactly(Rich.of("aaa"), link("https://x.example", "one two"));
        assertThat(bold("aaa bbb").split(4)).containsExactly(bold("aaa"), bold("bbb"));
        assertThat(pre("aaa\nbbb", "java").split(4)).containsExactly(pre("aaa", "java"), pre("bbb", "java"));
    }

    @Test
    void noPartHasMoreEntitiesThanTheServerKeeps() {
        var many = Rich.join(
                " ",
                java.util.stream.IntStream.range(0, 250).mapToObj(Rich::code).toList());
        assertThat(many.split()).hasSize(3).allMatch(part -> part.entities().size() <= 100);
    }

    /** Every character keeps its styles, blanks at the cuts aside; parts fit; no character is cut. */
    @Test
    void splittingLosesNothing() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 1_000; i++) {
            var rich = new RandomRich(random.split()).rich(4);
            int most = random.nextInt(5, 60);
            int first = random.nextInt(5, most + 1);
            var parts = rich.split(first, most);
            for (int part = 0; part < parts.size(); part++) {
                assertThat(parts.get(part).length()).isBetween(1, part == 0 ? first : most);
                assertThat(Character.isLowSurrogate(parts.get(part).text().charAt(0)))
                        .isFalse();
            }
            assertThat(parts.stream().map(RichTest::styled).collect(Collectors.joining()))
                    .isEqualTo(styled(rich));
        }
    }

    /** Each character that shows something, with its entities. */
    private static String styled(Rich rich) {
        var all = new StringBuilder();
        for (int i = 0; i < rich.text().length(); i++) {
            char c = rich.text().charAt(i);
            int at = i;
            if (!Character.isWhitespace(c))
                all.append(c)
                        .append(rich.entities().stream()
                                .filter(entity -> entity.offset() <= at && at < entity.offset() + entity.length())
                                .map(entity -> Rich.at(entity, 0, 1).toString())
                                .sorted()
                                .toList());
        }
        return all.toString();
    }

    private static List<String> texts(Rich rich, int most) {
        return rich.split(most).stream().map(Rich::text).toList();
    }
}
