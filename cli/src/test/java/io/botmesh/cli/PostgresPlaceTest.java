package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresPlaceTest {
    @Test
    void namesTheDatabaseAndTakesTheRestFromTheEnvironment() {
        var place = PostgresPlace.parse(
                "--journal", "postgresql://ann@db:5433/bots?sslmode=require", Map.of("PGPASSWORD", "hush"));
        assertThat(place.url()).isEqualTo("jdbc:postgresql://db:5433/bots?sslmode=require");
        assertThat(place.user()).isEqualTo("ann");
        assertThat(place.password()).isEqualTo("hush");
        assertThat(place.toString()).doesNotContain("hush");
        assertThat(PostgresPlace.parse("--journal", "jdbc:postgresql://db/bots", Map.of("PGUSER", "ben"))
                        .user())
                .isEqualTo("ben");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ann:hush@db/bots",
                "postgresql://db/bots?password=hush",
                "mysql://db/bots",
                "postgresql:///bots",
                "postgresql://db",
                "postgresql://d b/bots"
            })
    void refusesOthersAndThoseWithAPassword(String wrong) {
        assertThatThrownBy(() -> PostgresPlace.parse("--journal", wrong, Map.of()))
                .isInstanceOf(CommandException.class)
                .message()
                .doesNotContain("hush");
    }
}
