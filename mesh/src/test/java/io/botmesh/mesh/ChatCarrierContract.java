package io.botmesh.mesh;

import io.botmesh.botapi.ChatId;
import io.botmesh.world.Admin;
import io.botmesh.world.Limits;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The contract over bots of an emulator, with a chat to bring old posts back in. */
abstract class ChatCarrierContract extends CarrierContract {
    final Scene scene = new Scene(2, Limits.OFF);
    private final ChatId scratch = ChatId.of(scene.emulator
            .world()
            .addChannel("Scratch", null, List.of(Admin.full(scene.reader.botId())))
            .id());
    private final Carrier.Writers writers = writers(scene);
    private final Carrier.Reader reader = reader(scene, scratch);

    /** The sending end. */
    abstract Carrier.Writers writers(Scene scene);

    /** The receiving end, when the scene is as it wants it. */
    abstract Carrier.Reader reader(Scene scene, ChatId scratch);

    @AfterEach
    void close() {
        scene.close();
    }

    @Override
    Carrier.Writers writers() {
        return writers;
    }

    @Override
    Carrier.Reader reader() {
        return reader;
    }
}
