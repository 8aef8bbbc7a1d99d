package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the ends of a carrier may do what a node wants of them, as far as asking tells; {@link SelfTest} posts. */
public final class Readiness {
    private Readiness() {}

    /**
     * Why an end cannot read, in one line that says what a human must do; empty if it seems that it can.
     *
     * @throws MeshException.Unreachable if the server does not answer
     */
    public static Optional<String> ofReader(Carrier.Reader reader) throws InterruptedException {
        try {
            reader.check();
            return Optional.empty();
        } catch (MeshException.Refused refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        } catch (ApiException.Rejected refused) {
            if (!refused.isExplained()) throw noServer(refused);
            return Optional.of(cannotRead(refused));
        } catch (ApiException.FloodWait wait) {
            return Optional.empty(); // it knows the bot, and later it will answer
        } catch (TransportException trouble) {
            throw unreachable(trouble);
        }
    }

    /**
     * Why an end cannot post, a line for each lane that says what a human must do; empty if it seems that a lane can.
     *
     * @throws MeshException.Unreachable if the server does not answer
     */
    public static List<String> ofWriters(Carrier.Writers writers) throws InterruptedException {
        List<String> why = new ArrayList<>();
        try {
            for (int lane = 0; lane < writers.lanes().size(); lane++) {
                Carrier.Rights rights = writers.rights(lane);
                if (rights.mayPost()) return List.of();
                why.add(rights.says());
            }
        } catch (TransportException trouble) {
            throw unreachable(trouble);
        }
        return why;
    }

    static String cannotRead(ApiException.Rejected refused) {
        String said = refused.description();
        return switch (refused.errorCode()) {
            case 401, 404 -> "the reader's token is not known to the server (" + said + "): check the token";
            case 409 -> "another program or a webhook takes the reader's updates (" + said + "): stop it";
            default ->
                "the reader bot cannot read there (" + said
                        + "): check the channel's id, and make the bot an administrator there";
        };
    }

    /** Somebody answers there who is no Bot API server, such as a proxy or a page. */
    static MeshException.Unreachable noServer(ApiException.Rejected refused) {
        return new MeshException.Unreachable(
                "what answers there is no Bot API server (" + refused.errorCode() + " without a word)", refused);
    }

    static MeshException.Unreachable unreachable(TransportException trouble) {
        return new MeshException.Unreachable("the API cannot be reached: " + trouble.getMessage(), trouble);
    }
}
