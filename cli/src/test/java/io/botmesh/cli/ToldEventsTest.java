package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.mesh.NodeEvent;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldEventsTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ToldEvents told =
            new ToldEvents(new Terminal(InputStream.nullInputStream(), new ByteArrayOutputStream(), err));

    private List<String> said() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aRequestThatCameTooLateIsToldOfInOneLine() {
        told.accept(new NodeEvent.Late("anna", "price\u001b"));
        assertThat(said())
                .containsExactly(
                        "botmesh: a request of anna about price\\u001b came when nobody waited for an answer any more;"
                                + " it was dropped");
    }

    @Test
    void packetsThatNeverCameAreToldOfInOneLine() {
        told.accept(new NodeEvent.MissedPackets("anna", 1));
        told.accept(new NodeEvent.MissedPackets("anna", 40));
        assertThat(said())
                .containsExactly(
                        "botmesh: 1 packet of anna never came, and nobody has it any more",
                        "botmesh: 40 packets of anna never came, and nobody has them any more");
    }

    @Test
    void aFloodIsToldOfInAFewLines() {
        for (int n = 0; n < 2_000; n++) told.accept(new NodeEvent.Refused("", "ADMISSION_TAG"));
        told.accept(new NodeEvent.Refused("anna", "SIGNATURE"));
        assertThat(said())
                .containsExactly(
                        "botmesh: a packet of strangers was refused: ADMISSION_TAG",
                        "botmesh: 10 packets of strangers were refused: ADMISSION_TAG, since the start",
                        "botmesh: 100 packets of strangers were refused: ADMISSION_TAG, since the start",
                        "botmesh: 1000 packets of strangers were refused: ADMISSION_TAG, since the start",
                        "botmesh: a packet of anna was refused: SIGNATURE");
    }

    @Test
    void repairsThatCameTwiceAreNoNewsAndAReplayIs() {
        for (int n = 0; n < 999; n++) told.accept(new NodeEvent.Refused("", "REPLAYED"));
        assertThat(said()).isEmpty();
        told.accept(new NodeEvent.Refused("", "REPLAYED"));
        assertThat(said())
                .containsExactly("botmesh: 1000 packets of strangers were refused: REPLAYED, since the start");
    }

    @Test
    void whatPeopleSayInTheChannelIsNoNews() {
        told.accept(new NodeEvent.Refused("", "ARMOUR_UNKNOWN"));
        told.accept(new NodeEvent.Refused("", "ARMOUR_CHARACTER"));
        told.accept(new NodeEvent.Refused("", "EMPTY"));
        assertThat(said()).isEmpty();
    }

    @Test
    void postsThatAreNotBroughtBackAreNoStrangersPackets() {
        told.accept(new NodeEvent.Refused("", "NOT_RECALLED"));
        assertThat(said())
                .containsExactly("botmesh: posts that this node has never got are not brought back: NOT_RECALLED");
    }

    @Test
    void anEndToReadingAndItsReturnAreTold() {
        told.accept(new NodeEvent.Connected());
        told.accept(new NodeEvent.Disconnected("the bot left the channel"));
        told.accept(new NodeEvent.Connected());
        assertThat(said())
                .containsExactly(
                        "botmesh: nothing can be read: the bot left the channel; it is tried again",
                        "botmesh: it reads again");
    }
}
