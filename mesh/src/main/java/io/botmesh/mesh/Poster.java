package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.LinkPreviewOptions;
import io.botmesh.botapi.SendDocument;
import io.botmesh.botapi.SendMessage;
import io.botmesh.mesh.Outbox.Post;
import io.botmesh.wire.Armour;
import io.botmesh.wire.PacketHeader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One writer bot in one channel: puts packets there, and knows what a refusal means. */
final class Poster {
    /** What a file is given beyond an ordinary call: time for its bytes at 64 kB/s. */
    private static final int SLOWEST_BYTES_PER_MILLI = 64;

    private final BotApi api;
    private final long botId;
    private final ChatId channel;

    Poster(BotApi api, long botId, ChatId channel) {
        this.api = api;
        this.botId = botId;
        this.channel = channel;
    }

    void post(Post post) throws InterruptedException {
        byte[] packet = post.packet();
        if (!post.document()) {
            api.call(SendMessage.of(channel, Armour.BASE32768.encode(packet))
                    .withLinkPreviewOptions(LinkPreviewOptions.of().withIsDisabled(true))
                    .withDisableNotification(true));
            return;
        }
        // The header stands in the caption too, so that a reader can sort the post, or know it, before it fetches the
        // file.
        // Without the switch the server may take the bytes for a video and hand the reader another kind of message.
        api.call(
                SendDocument.of(channel, InputFile.upload("packet.bin", packet))
                        .withCaption(Armour.BASE64URL.encode(
                                PacketHeader.parse(packet).toBytes()))
                        .withDisableContentTypeDetection(true)
                        .withDisableNotification(true),
                Duration.ofSeconds(30).plusMillis(packet.length / SLOWEST_BYTES_PER_MILLI));
    }

    /** Why this writer cannot post here, with what to do; null if the refusal is about the packet. */
    @Nullable
    String whyDead(ApiException.Rejected refused) {
        String bot = "bot " + botId;
        String said = refused.description();
        return switch (refused.errorCode()) {
            case 401, 404 -> bot + " is not known to the server (" + said + "): check its token";
            case 403 -> bot + " is not in channel " + channel + " (" + said + "): make it an administrator there";
            case 400 -> {
                if (said.contains("chat not found")) {
                    yield bot + " does not know channel " + channel + " (" + said
                            + "): check the id, and make the bot an administrator there";
                }
                if (said.contains("rights") || said.contains("write access") || said.contains("ADMIN_REQUIRED")) {
                    yield bot + " may not post in channel " + channel + " (" + said
                            + "): make it an administrator with the right to post";
                }
                yield null;
            }
            default -> null;
        };
    }
}
