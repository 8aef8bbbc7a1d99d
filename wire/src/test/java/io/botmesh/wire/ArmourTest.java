package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.wire.WireException.Reason;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArmourTest {
    @ParameterizedTest
    @EnumSource
    void whatTelegramCleansStillDecodes(Armour armour) {
        var random = Seed.random("whatTelegramCleansStillDecodes");
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = Seed.bytes(random, i < 300 ? i : random.nextInt(armour.maxBytes(4096) + 1));
            String text = armour.encode(bytes);
            String cleaned = Cleaning.clean(text);
            assertThat(Armour.decode(cleaned)).isEqualTo(bytes);
            assertThat(text.charAt(0)).isEqualTo(armour.magic());
            assertThat(text.codePointCount(0, text.length())).isEqualTo(armour.characters(bytes.length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesOfOneKindSurviveToo(Armour armour) {
        for (int value = 0; value < 256; value++) {
            for (int length = 0; length < 40; length++) {
                var bytes = new byte[length];
                Arrays.fill(bytes, (byte) value);
                assertThat(Armour.decode(Cleaning.clean(armour.encode(bytes)))).isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void maxBytesIsTheMostThatFits(Armour armour) {
        for (int characters = 1; characters <= Armour.POST_CHARACTERS; characters++) {
            int most = armour.maxBytes(characters);
            assertThat(armour.characters(most)).isLessThanOrEqualTo(characters);
            assertThat(armour.characters(most + 1)).isGreaterThan(characters);
        }
    }

    @Test
    void aPostHoldsWhatTheProtocolPromises() {
        assertThat(Armour.BASE32768.maxBytes(4096)).isEqualTo(7678);
        assertThat(Armour.BASE64URL.maxBytes(4096)).isEqualTo(3071);
        assertThat(Armour.BASE65536.maxBytes(4096)).isEqualTo(8190);
    }

    @Test
    void everyCharacterOfBase32768IsAssignedStableAndOneUnit() {
        Set<Integer> alphabet = new TreeSet<>();
        for (int value = 0; value < 1 << 15; value++) {
            // Fifteen bytes make eight characters; the first holds the value, the last is full as well.
            byte[] bytes = new byte[15];
            bytes[0] = (byte) (value >> 7);
            bytes[1] = (byte) (value << 1);
            alphabet.add((int) Armour.BASE32768.encode(bytes).charAt(1));
        }
        for (int value = 0; value < 128; value++) {
            // Fifteen bits and one more: the tail has one bit of the byte and six of padding; vary through 13 bytes.
            for (int length = 1; length <= 15; length++) {
                byte[] bytes = new byte[length];
                Arrays.fill(bytes, (byte) value);
                String text = Armour.BASE32768.encode(bytes);
                alphabet.add((int) text.charAt(text.length() - 1));
            }
        }
        assertThat(alphabet.size()).isGreaterThanOrEqualTo(32768 + 128);
        for (int c : alphabet) {
            String text = "x" + (char) c + "x";
            assertThat(Character.isSurrogate((char) c)).isFalse();
            assertThat(Character.getType(c))
                    .isNotIn(
                            (int) Character.UNASSIGNED,
                            (int) Character.CONTROL,
                            (int) Character.FORMAT,
                            (int) Character.PRIVATE_USE,
                            (int) Character.NON_SPACING_MARK);
            assertThat(Cleaning.clean(text)).isEqualTo(text);
            for (var form : Normalizer.Form.values()) {
                assertThat(Normalizer.isNormalized(text, form))
                        .as("U+%04X in %s", c, form)
                        .isTrue();
            }
        }
    }

    @Test
    void onlyOneTextStandsForTheSameBytes() {
        var random = Seed.random("onlyOneTextStandsForTheSameBytes");
        for (int i = 0; i < 20_000; i++) {
            Armour armour = random.nextBoolean() ? Armour.BASE64URL : Armour.BASE32768;
            byte[] bytes = Seed.bytes(random, random.nextInt(40));
            var text = new StringBuilder(armour.encode(bytes));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(random.nextInt(text.length()), other(random.nextInt(1 << 16)));
                case 1 -> text.setLength(random.nextInt(text.length()));
                default ->
                    text.append(armour.encode(Seed.bytes(random, 1 + random.nextInt(5)))
                            .substring(1));
            }
            try {
                byte[] decoded = Armour.decode(text.toString());
                Armour as = text.charAt(0) == 'A' ? Armour.BASE64URL : Armour.BASE32768;
                assertThat(as.encode(decoded)).isEqualTo(text.toString());
            } catch (WireException refused) {
                assertThat(refused.reason().name()).matches("EMPTY|ARMOUR_.*");
            }
        }
    }

    private static char other(int value) {
        return value % 2 == 0 ? (char) value : (char) ('-' + value % 78);
    }

    @Test
    void aPostOfPeopleIsForeign() {
        assertThatThrownBy(() -> Armour.decode("hello"))
                .isInstanceOfSatisfying(
                        WireException.Foreign.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.ARMOUR_UNKNOWN));
        assertThatThrownBy(() -> Armour.decode("All the best"))
                .isInstanceOfSatisfying(
                        WireException.Malformed.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.ARMOUR_CHARACTER));
    }
}
