package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.botmesh.bot.CallbackType.Reading;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallbackTypeTest {
    enum Choice {
        UP,
        DOWN
    }

    @CallbackName("v")
    record Vote(long poll, Choice choice) {}

    record Nothing() {}

    record Flat(
            boolean flag,
            @Nullable String text,
            long number,
            @Nullable Integer small,
            char character,
            byte tiny,
            @Nullable Choice choice) {}

    record Dated(LocalDate day, @Nullable UUID id) {}

    record Nested(Vote vote, int page) {}

    @Test
    void isShortAndReadable() {
        assertThat(CallbackType.data(new Vote(7, Choice.DOWN))).matches("v\\.[\\w-]{3}:O:C");
        assertThat(CallbackType.data(new Nothing())).matches("Nothing\\.[\\w-]{3}");
    }

    @Test
    void anyValueThatFitsComesBack() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            var text = random.nextInt(5) == 0 ? null : new RandomRich(random.split()).text(random.nextInt(4));
            comesBack(new Flat(
                    random.nextBoolean(),
                    text,
                    random.nextLong() >> random.nextInt(64),
                    random.nextBoolean() ? null : random.nextInt(),
                    (char) random.nextInt(0x10000),
                    (byte) random.nextInt(),
                    random.nextBoolean() ? null : Choice.UP));
            comesBack(new Dated(
                    LocalDate.ofEpochDay(random.nextInt(-100_000, 100_000)),
                    random.nextBoolean() ? null : new UUID(random.nextLong(), random.nextLong())));
            comesBack(new Nested(new Vote(random.nextLong(), Choice.UP), random.nextInt()));
        }
        for (long edge : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) comesBack(new Vote(edge, Choice.UP));
        for (var text : new String[] {null, "", "\\", ":", "\\0", "\\:", "a:b\\", "\0"})
            comesBack(new Flat(true, text, 0, 0, 'x', (byte) 0, null));
    }

    private static <T extends Record> void comesBack(T value) {
        @SuppressWarnings("unchecked")
        var type = CallbackType.of((Class<T>) value.getClass());
        String data;
        try {
            data = type.encode(value);
        } catch (IllegalArgumentException tooLong) {
            assertThat(tooLong).hasMessageContaining("bytes as callback data, of 64");
            return;
        }
        assertThat(data.getBytes(StandardCharsets.UTF_8).length).isBetween(1, 64);
        assertThat(type.read(data)).isEqualTo(new Reading.Value<>(value));
    }

    @Test
    void whatDoesNotFitIsNamedWhenItIsEncoded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallbackType.data(new Flat(true, "x".repeat(60), 0, 0, 'x', (byte) 0, null)))
                .withMessageContaining("Flat[flag=true")
                .withMessageContaining("bytes as callback data, of 64: keep an id in it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallbackType.data(new Flat(true, "\ud83d", 0, 0, 'x', (byte) 0, null)))
                .withMessageStartingWith("not Unicode");
    }

    record Wide(
            long a1,
            long a2,
            long a3,
            long a4,
            long a5,
            long a6,
            long a7,
            long a8,
            long a9,
            long b1,
            long b2,
            long b3,
            long b4,
            long b5,
            long b6,
            long b7,
            long b8,
            long b9,
            long c1,
            long c2,
            long c3,
            long c4,
            long c5,
            long c6,
            long c7,
            long c8,
            long c9,
            long d1,
            long d2,
            long d3) {}

    record Broken(double ratio) {}

    record Endless(int number, @Nullable Around next) {}

    record Around(Endless endless) {}

    @CallbackName("a:b")
    record Misnamed() {}

    @Test
    void whatCanNeverFitIsNamedWhenItIsRegistered() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallbackType.of(Wide.class))
                .withMessageEndingWith("it needs 68 bytes at least, of 64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallbackType.of(Broken.class))
                .withMessageEndingWith("no place for ratio of type double");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallbackType.of(Misnamed.class))
                .withMessageContaining("@CallbackName");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallbackType.of(Endless.class))
                .withMessageEndingWith("Endless cannot be callback data: it contains itself");
    }

    static final class Polls {
        enum Order {
            DOWN,
            UP
        }

        @CallbackName("v")
        record Vote(long poll, Order choice) {}
    }

    @CallbackName("v")
    record Survey(long survey, Choice choice) {}

    record Checked(int positive) {
        Checked {
            if (positive < 1) throw new IllegalArgumentException("positive: " + positive);
        }
    }

    @Test
    void dataOfAnotherVersionIsToldApartFromDataOfSomethingElse() {
        var now = CallbackType.of(Vote.class);
        for (var old : new String[] {"v.old:1:2", "v.old", "v.", "v.old.er:1"})
            assertThat(now.read(old)).isEqualTo(new Reading.Outdated<>(old, "Vote has changed since"));
        assertThat(now.read("vote:1")).isInstanceOf(Reading.Other.class);
        assertThat(now.read("")).isInstanceOf(Reading.Other.class);
    }

    /** It is no earlier version of a record what another one of the same program is. */
    @Test
    void dataOfAnotherRecordOfTheSameNameIsSomethingElse() {
        var votes = CallbackType.of(Vote.class);
        var choices = CallbackType.of(Polls.Vote.class); // their constants are in another order
        var surveys = CallbackType.of(Survey.class);
        var vote = new Vote(7, Choice.UP);
        var choice = new Polls.Vote(7, Polls.Order.UP);
        var survey = new Survey(7, Choice.UP);
        assertThat(votes.read(votes.encode(vote))).isEqualTo(new Reading.Value<>(vote));
        assertThat(votes.read(choices.encode(choice))).isInstanceOf(Reading.Other.class);
        assertThat(votes.read(surveys.encode(survey))).isInstanceOf(Reading.Other.class);
        assertThat(choices.read(choices.encode(choice))).isEqualTo(new Reading.Value<>(choice));
        assertThat(choices.read(votes.encode(vote))).isInstanceOf(Reading.Other.class);
        for (var type : List.of(votes, choices, surveys))
            assertThat(type.read("v.old:O:C")).isInstanceOf(Reading.Outdated.class);
    }

    @Test
    void damagedDataOfTheRightVersionIsOutdatedToo() {
        var good = CallbackType.data(new Vote(7, Choice.UP));
        var prefix = good.substring(0, 5);
        var type = CallbackType.of(Vote.class);
        for (var rest : new String[] {
            "", ":", ":O", ":O:C:C", ":O:_", ":!:A", ":AAAAAAAAAAAA:A", ":__________________:A", "::A", ":O:\\"
        }) assertThat(type.read(prefix + rest)).as(rest).isInstanceOf(Reading.Outdated.class);
        var dated = CallbackType.data(new Dated(LocalDate.EPOCH, null));
        assertThat(CallbackType.of(Dated.class).read(dated.replace(":A:", ":__________H:")))
                .isInstanceOf(Reading.Outdated.class);
        var checked = CallbackType.data(new Checked(1));
        assertThat(CallbackType.of(Checked.class).read(checked.replace(":C", ":A")))
                .isInstanceOf(Reading.Outdated.class);
    }

    @Test
    void anythingAtAllIsReadWithoutAFailure() {
        long seed = Long.getLong("seed", 1);
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        var type = CallbackType.of(Flat.class);
        var good = type.encode(new Flat(true, "t", 77, 5, 'x', (byte) 1, Choice.UP));
        for (int i = 0; i < 5_000; i++) {
            var data = new StringBuilder(good);
            for (int change = random.nextInt(1, 4); change > 0; change--)
                data.setCharAt(random.nextInt(data.length()), (char) random.nextInt(32, 127));
            assertThat(type.read(data.toString())).isNotNull();
        }
    }
}
