package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.AgeLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateAgeTest {
    @ParameterizedTest
    @CsvSource({
        "inline_query, PT30S, DROP",
        "callback_query, PT15S, FLAG",
        "message, PT24H, FLAG",
        "something_new, PT24H, FLAG"
    })
    void line20ABotDropsAnInlineQueryThatNobodyCanAnswerAndMarksWhatIsOld(
            String kind, Duration most, AgeLimit.Policy when) {
        var ages = BotOptions.of("1000001:fake-fake-fake-fake-fake-fake-fake-")
                .runner()
                .times()
                .ages();
        var json = "{\"update_id\":1,\"%s\":{\"id\":\"1\"}}".formatted(kind);
        assertThat(ages.of(RawUpdate.parse(json.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new AgeLimit(most, null, when));
    }
}
