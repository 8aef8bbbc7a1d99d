package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchemaCheckTest {
    private static String problems(String json, String type) {
        return String.join("; ", SchemaCheck.problems(Scene.json(json), type));
    }

    @Test
    void findsWhatIsMissingUnknownOrOfTheWrongType() {
        assertThat(problems("{\"message_id\":1}", "MessageId")).isEmpty();
        assertThat(problems("{\"message_id\":\"1\"}", "MessageId")).contains("message_id is no Integer");
        assertThat(problems("{\"message_id\":1,\"x\":2}", "MessageId")).contains("no field x");
        assertThat(problems("{}", "MessageId")).contains("lacks message_id");
        assertThat(problems("[{\"message_id\":1},{}]", "Array<MessageId>")).contains("[1] lacks message_id");
    }

    @Test
    void tellsUnionsApartByTheirDiscriminator() {
        assertThat(problems("{\"type\":\"hidden_user\",\"date\":1,\"sender_user_name\":\"x\"}", "MessageOrigin"))
                .isEmpty();
        assertThat(problems("{\"type\":\"user\",\"date\":1}", "MessageOrigin")).contains("lacks sender_user");
        assertThat(problems("{\"type\":\"other\",\"date\":1}", "MessageOrigin")).contains("is no MessageOrigin");
        assertThat(problems("true", "Message | True")).isEmpty();
        assertThat(problems("false", "Message | True")).isNotEmpty();
    }
}
