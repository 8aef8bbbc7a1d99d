package io.botmesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.botmesh.wire.Confidential.KeyNotice;
import io.botmesh.wire.Confidential.Onion;
import io.botmesh.wire.Confidential.Register;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConfidentialTest {
    @Test
    void aKeyIsNeverPrinted() {
        var notice = new KeyNotice("g", 1, new byte[32], new byte[32]);
        assertThat(notice).hasToString("KeyNotice[group=g, epoch=1, with private half]");
    }

    @Test
    void whatNoReaderAcceptsCannotBeMade() {
        assertThatThrownBy(() -> new KeyNotice("", 1, new byte[32], new byte[32]))
                .hasMessageContaining("no group");
        assertThatThrownBy(() -> new KeyNotice("g", 1, new byte[31], new byte[0]))
                .hasMessageContaining("31");
        assertThatThrownBy(() -> new KeyNotice("g", -1, new byte[32], new byte[0]))
                .hasMessageContaining("epoch");
        assertThatThrownBy(() -> new Onion("x", new byte[0])).hasMessageContaining("nothing");
        assertThatThrownBy(() -> new Register("", 1, new byte[1])).hasMessageContaining("no topic");
        assertThatThrownBy(() -> new Register("t", 0, new byte[1])).hasMessageContaining("version");
        assertThatThrownBy(() -> new Onion("x".repeat(129), new byte[1])).hasMessageContaining("129");
    }

    static Confidential confidential(SplittableRandom random) {
        String name = random.nextBoolean() ? "" : "n\u00e9-" + random.nextInt(1000);
        if (random.nextInt(3) == 0)
            return new Register(
                    "t" + name, 1 + random.nextLong(Limits.MAX_NUMBER), Seed.bytes(random, random.nextInt(400)));
        if (random.nextBoolean()) return new Onion(name, Seed.bytes(random, 1 + random.nextInt(400)));
        byte[] secret = name.isEmpty() || random.nextBoolean() ? new byte[0] : Seed.bytes(random, 32);
        return new KeyNotice(name, ContentTest.number(random), Seed.bytes(random, 32), secret);
    }

    static io.botmesh.wire.proto.Frame generated(Confidential frame) {
        var out = io.botmesh.wire.proto.Frame.newBuilder();
        switch (frame) {
            case Onion onion ->
                out.setOnion(io.botmesh.wire.proto.Onion.newBuilder()
                        .setNext(onion.next())
                        .setPacket(ByteString.copyFrom(onion.packet())));
            case KeyNotice key ->
                out.setKey(io.botmesh.wire.proto.Key.newBuilder()
                        .setGroup(key.group())
                        .setEpoch(key.epoch())
                        .setKey(ByteString.copyFrom(key.key()))
                        .setSecret(ByteString.copyFrom(key.secret())));
            case Register register ->
                out.setRegister(io.botmesh.wire.proto.Register.newBuilder()
                        .setTopic(register.topic())
                        .setVersion(register.version())
                        .setValue(ByteString.copyFrom(register.value())));
        }
        return out.build();
    }

    @Test
    void readsBackAsWritten() {
        var random = Seed.random("readsBackAsWritten");
        for (int i = 0; i < 500; i++) {
            var content = new Content("", List.of(confidential(random), confidential(random)));
            assertThat(Content.parse(content.toBytes(), false)).isEqualTo(content);
        }
    }
}
