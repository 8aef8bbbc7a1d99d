package io.botmesh.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {
    @ParameterizedTest
    @CsvSource({
        "weather.oslo, weather.oslo, true",
        "weather.oslo, weather.bergen, false",
        "weather.os, weather.oslo, false",
        "weather.oslo, weather.os, false",
        "weather.*, weather.oslo, true",
        "weather.*, weather, false",
        "weather.*, weather.oslo.now, false",
        "*.oslo, weather.oslo, true",
        "weather.*.now, weather.oslo.now, true",
        "weather.*.now, weather.oslo.then, false",
        "weather.>, weather.oslo, true",
        "weather.>, weather.oslo.now, true",
        "weather.>, weather, false",
        "weather.>, weathers.oslo, false",
        ">, weather, true",
        "*, weather, true",
        "*, weather.oslo, false",
        "weather.*>, weather.oslo, false",
        ">, '', true",
        "*, '', false",
        "'', '', true",
        "'', weather, false",
    })
    void aPatternFitsWordByWord(String pattern, String subject, boolean fits) {
        assertThat(new Subject(pattern).matches(subject)).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "a.", ".a", "a..b", ">.a", "a b", "a\tb"})
    void whatIsNoPatternIsRefusedWithOneLine(String pattern) {
        assertThatThrownBy(() -> new Subject(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(pattern)
                .hasLineCount(1);
    }

    @Test
    void aMessageHasNoWildcards() {
        assertThat(Subject.checked("a.b")).isEqualTo("a.b");
        assertThat(Subject.checked("")).isEmpty();
        assertThatThrownBy(() -> Subject.checked("a.*")).hasMessage("a message has one subject, not the pattern a.*");
        assertThatThrownBy(() -> Subject.checked("a.>")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSubjectIsNotTooLong() {
        assertThatThrownBy(() -> new Subject("x".repeat(257))).hasMessage("a subject of 257 bytes, at most 256");
    }
}
