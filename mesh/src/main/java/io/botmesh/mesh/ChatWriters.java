package io.botmesh.mesh;

import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.ChatMember;
import io.botmesh.botapi.ChatMemberAdministrator;
import io.botmesh.botapi.ChatMemberOwner;
import io.botmesh.botapi.DeleteMessages;
import io.botmesh.botapi.ForwardMessage;
import io.botmesh.botapi.GetChatMember;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.LinkPreviewOptions;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.SendDocument;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Writer bots that post into channels, or write to the reader bot. */
final class ChatWriters implements Carrier.Writers {
    /** What a file is given beyond an ordinary call: time for its bytes at 64 kB/s. */
    private static final int SLOWEST_BYTES_PER_MILLI = 64;

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private record Way(BotApi api, ChatId chat, LaneId id) {}

    private final Carrier.Capabilities capabilities;
    private final List<Way> ways = new ArrayList<>();

    /** Each writer into each chat, chat by chat. */
    ChatWriters(
            Carrier.Capabilities capabilities,
            List<ChatId> chats,
            List<BotToken> writers,
            Function<BotToken, BotApi> apis) {
        this.capabilities = capabilities;
        List<BotApi> clients = writers.stream().map(apis).toList();
        for (ChatId chat : chats) {
            for (int i = 0; i < clients.size(); i++) {
                ways.add(new Way(clients.get(i), chat, new LaneId(writers.get(i).botId(), chat.toString())));
            }
        }
    }

    @Override
    public Carrier.Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public List<LaneId> lanes() {
        return ways.stream().map(Way::id).toList();
    }

    @Override
    public Carrier.Rights rights(int lane) throws InterruptedException {
        if (!capabilities.shared()) return Carrier.Rights.ENOUGH; // only a message can tell
        Way way = ways.get(lane);
        try {
            return rights(way.api.call(GetChatMember.of(way.chat, way.id.writer())), way.id);
        } catch (ApiException.FloodWait unknown) {
            return Carrier.Rights.ENOUGH;
        } catch (ApiException.Rejected refused) {
            if (!refused.isExplained()) throw Readiness.noServer(refused);
            return switch (Refusal.of(refused, way.id)) {
                case Outcome.Barred barred -> new Carrier.Rights(false, barred.why());
                default -> new Carrier.Rights(false, "bot " + way.id + ": " + refused.description());
            };
        }
    }

    private static Carrier.Rights rights(ChatMember member, LaneId id) {
        String bot = "bot " + id.writer();
        return switch (member) {
            case ChatMemberAdministrator admin -> {
                if (!Boolean.TRUE.equals(admin.canPostMessages())) {
                    yield new Carrier.Rights(
                            false, bot + " may not post in channel " + id.channel() + ": give it the right to post");
                }
                boolean more = admin.canDeleteMessages()
                        || Boolean.TRUE.equals(admin.canEditMessages())
                        || admin.canPromoteMembers()
                        || admin.canChangeInfo()
                        || admin.canInviteUsers();
                yield new Carrier.Rights(
                        true,
                        more
                                ? bot + " may do more in channel " + id.channel() + " than post: whoever has its token"
                                        + " could delete or change what others posted, so leave it only that right"
                                : "");
            }
            case ChatMemberOwner owner -> Carrier.Rights.ENOUGH;
            default ->
                new Carrier.Rights(
                        false,
                        bot + " is no administrator of channel " + id.channel()
                                + ": make it one, with the right to post");
        };
    }

    @Override
    public Outcome post(int lane, byte[] packet, boolean document) throws InterruptedException {
        ChatId chat = ways.get(lane).chat;
        if (!document) return call(lane, text(chat, packet), PATIENCE);
        if (capabilities.textOnly()) throw new IllegalArgumentException("a document to a reader of text");
        return call(lane, document(chat, packet), patience(packet.length));
    }

    /** Without the switch the server may take the bytes for a video and hand on another kind of message. */
    static SendDocument document(ChatId chat, byte[] packet) {
        return SendDocument.of(chat, InputFile.upload("packet.bin", packet))
                .withCaption(Carriers.caption(packet))
                .withDisableContentTypeDetection(true)
                .withDisableNotification(true);
    }

    /** How long a document may take. */
    static Duration patience(int bytes) {
        return PATIENCE.plusMillis(bytes / SLOWEST_BYTES_PER_MILLI);
    }

    static SendMessage text(ChatId chat, byte[] packet) {
        return SendMessage.of(chat, Carriers.text(packet))
                .withLinkPreviewOptions(LinkPreviewOptions.of().withIsDisabled(true))
                .withDisableNotification(true);
    }

    @Override
    public Outcome forward(int lane, PostId post) throws InterruptedException {
        return call(
                lane,
                ForwardMessage.of(ways.get(lane).chat, ChatId.of(post.channel()), post.message())
                        .withDisableNotification(true),
                PATIENCE);
    }

    /** Makes one call; all that may come of it is in the answer. */
    private Outcome call(int lane, ApiCall<Message> call, Duration deadline) throws InterruptedException {
        Way way = ways.get(lane);
        try {
            Message message = way.api.call(call, deadline);
            return new Outcome.Posted(
                    new PostId(message.chat().id(), message.messageId()), Instant.ofEpochSecond(message.date()));
        } catch (ApiException.FloodWait wait) {
            return new Outcome.FloodWait(wait.retryAfter());
        } catch (ApiException.Rejected refused) {
            return Refusal.of(refused, way.id);
        } catch (TransportException trouble) {
            return Refusal.of(trouble);
        }
    }

    @Override
    public void delete(int lane, List<Long> messages) throws InterruptedException {
        ways.get(lane).api.call(DeleteMessages.of(ways.get(lane).chat, messages));
    }
}
