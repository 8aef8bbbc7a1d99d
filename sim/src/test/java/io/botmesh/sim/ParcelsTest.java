package io.botmesh.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.ReceivedObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with an object is found, and what is right is not. */
class ParcelsTest {
    private final Violations violations = new Violations(() -> 0);
    private final Parcels parcels = new Parcels(violations, false, true, 1);
    private final Parcels.Parcel parcel = parcels.next("a", "b", 1_000);

    @TempDir
    Path folder;

    @BeforeEach
    void sent() {
        parcels.onSent("bm-object", ("1000 1000 00\n" + parcel.name()).getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        parcels.close();
    }

    private Parcels.Handling arrives(String at, int bytes) throws IOException {
        return arrives(at, bytes, false);
    }

    private Parcels.Handling arrives(String at, int bytes, boolean again) throws IOException {
        Path file = folder.resolve("it");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(parcels.file(parcel)), bytes));
        return parcels.onBegin(at, new ReceivedObject("a", parcel.name(), file, bytes, again));
    }

    private void assertFound(String words) {
        assertThat(violations.texts()).singleElement().asString().contains(words);
    }

    @Test
    void oneThatIsTakenIsSound() throws IOException {
        parcels.onManaged(arrives("b", 1_000));
        assertThat(parcels.complete()).isFalse();
        parcels.onOutcome(parcel, null);
        parcels.check();
        assertThat(parcels.complete()).isTrue();
        assertThat(violations.texts()).isEmpty();
    }

    @Test
    void aHalfOfOneIsFound() throws IOException {
        arrives("b", 500);
        assertFound("in part");
    }

    @Test
    void oneThatComesToAnotherIsFound() throws IOException {
        arrives("c", 1_000);
        assertFound("came to c");
    }

    @Test
    void oneThatComesTwiceIsFoundUnlessTheFirstHandlerFailedOrDiedOrItWasSentAgain() throws IOException {
        parcels.onFailed(arrives("b", 1_000));
        arrives("b", 1_000, true);
        parcels.onKilled("b");
        parcels.onManaged(arrives("b", 1_000, true));
        sent();
        parcels.onManaged(arrives("b", 1_000));
        assertThat(violations.texts()).isEmpty();
        arrives("b", 1_000);
        assertFound("came twice");
    }

    @Test
    void oneThatComesAgainAndDoesNotSaySoIsFound() throws IOException {
        parcels.onFailed(arrives("b", 1_000));
        arrives("b", 1_000);
        assertFound("did not say so");
    }

    @Test
    void oneThatIsSaidToBeTakenAndWasNotIsFound() {
        parcels.onOutcome(parcel, null);
        assertFound("no handler has managed it");
    }

    @Test
    void oneOfWhichNobodyHearsIsFound() throws IOException {
        parcels.onManaged(arrives("b", 1_000));
        parcels.check();
        assertFound("nobody was told");
    }

    @Test
    void whereNobodyAnswersOneIsWaitedForUntilAHandlerHasManagedIt() throws IOException {
        try (var oneWay = new Parcels(violations, false, false, 1)) {
            Parcels.Parcel here = oneWay.next("a", "b", 0);
            oneWay.onSent("bm-object", ("0 0 00\n" + here.name()).getBytes(StandardCharsets.UTF_8));
            oneWay.onOutcome(here, null); // it is posted
            assertThat(oneWay.awaitsHandlers()).isFalse();
            var handling = oneWay.onBegin("b", new ReceivedObject("a", here.name(), oneWay.file(here), 0, false));
            assertThat(oneWay.awaitsHandlers()).isTrue();
            assertThat(oneWay.complete()).isFalse();
            oneWay.onManaged(handling);
            assertThat(oneWay.complete()).isTrue();
            oneWay.check();
        }
        assertThat(violations.texts()).isEmpty();
    }
}
