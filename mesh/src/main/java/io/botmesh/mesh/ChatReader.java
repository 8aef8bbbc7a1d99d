package io.botmesh.mesh;

import io.botmesh.botapi.ApiException;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.ChatId;
import io.botmesh.botapi.ChatMember;
import io.botmesh.botapi.ChatMemberBanned;
import io.botmesh.botapi.ChatMemberLeft;
import io.botmesh.botapi.DeleteMessages;
import io.botmesh.botapi.ForwardMessage;
import io.botmesh.botapi.GetChatMember;
import io.botmesh.botapi.GetFile;
import io.botmesh.botapi.GetMe;
import io.botmesh.botapi.GetUpdates;
import io.botmesh.botapi.Message;
import io.botmesh.botapi.MessageOriginChannel;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.Update;
import io.botmesh.botapi.UpdateKind;
import io.botmesh.botapi.User;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A reader bot that gets the posts of its channels, or what other bots write to it. */
final class ChatReader implements Carrier.Reader {
    private final Carrier.Capabilities capabilities;
    private final BotApi api;
    private final @Nullable Long channel;
    private final List<UpdateKind> kinds;
    private final @Nullable ChatId scratch;

    /**
     * @param channel where the bot has to be, or null to leave that open
     * @param kinds   {@link UpdateKind#CHANNEL_POST} for posts of channels, {@link UpdateKind#MESSAGE} for what bots write to it
     * @param scratch a chat that the bot may post to, where old posts are brought back; null for none
     */
    ChatReader(
            Carrier.Capabilities capabilities,
            BotApi api,
            @Nullable Long channel,
            List<UpdateKind> kinds,
            @Nullable ChatId scratch) {
        this.capabilities = capabilities;
        this.api = api;
        this.channel = channel;
        this.kinds = List.copyOf(kinds);
        this.scratch = scratch;
    }

    @Override
    public Carrier.Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public void check() throws InterruptedException {
        User me = api.call(GetMe.of());
        if (channel == null) return;
        ChatMember member = api.call(GetChatMember.of(ChatId.of(channel), me.id()));
        if (member instanceof ChatMemberLeft || member instanceof ChatMemberBanned) {
            throw new MeshException.Refused(
                    "the reader bot " + me.id() + " is not in channel " + channel + ": make it an administrator there");
        }
    }

    @Override
    public List<RawUpdate> poll(long updateOffset, int limit, Duration timeout) throws InterruptedException {
        return api.getUpdates(
                GetUpdates.of()
                        .withOffset(updateOffset)
                        .withLimit(limit)
                        .withTimeout(timeout.toSeconds())
                        .withAllowedUpdates(kinds),
                timeout.plusSeconds(10));
    }

    @Override
    public Optional<Arrival> arrival(RawUpdate update) {
        Update decoded = update.decode();
        Message post = kinds.contains(UpdateKind.CHANNEL_POST) ? decoded.channelPost() : null;
        if (post != null) return Optional.of(read(post));
        Message message = kinds.contains(UpdateKind.MESSAGE) ? decoded.message() : null;
        User author = message == null ? null : message.from();
        if (message == null || author == null || !author.isBot()) return Optional.empty();
        return Optional.of(read(message));
    }

    static Arrival read(Message post) {
        var document = post.document();
        PostId origin = post.forwardOrigin() instanceof MessageOriginChannel from
                ? new PostId(from.chat().id(), from.messageId())
                : null;
        return new Arrival(
                new PostId(post.chat().id(), post.messageId()),
                origin,
                Instant.ofEpochSecond(post.date()),
                document == null ? post.text() : post.caption(),
                document == null ? null : new Arrival.Attachment(document.fileId(), document.fileSize()));
    }

    @Override
    public byte[] fetch(Arrival.Attachment attachment, int mostBytes) throws InterruptedException {
        return fetch(api, attachment, mostBytes);
    }

    static byte[] fetch(BotApi api, Arrival.Attachment attachment, int mostBytes) throws InterruptedException {
        Long size = attachment.bytes();
        if (size != null && size > mostBytes) throw new IllegalArgumentException("a document of " + size + " bytes");
        String path = api.call(GetFile.of(attachment.fileId())).filePath();
        if (path == null) throw new IllegalArgumentException("a document that cannot be downloaded");
        var into = new ByteArrayOutputStream(size == null ? 1 << 16 : (int) (long) size);
        api.download(path, mostBytes, into);
        return into.toByteArray();
    }

    @Override
    public Optional<Arrival> recall(PostId post) throws InterruptedException {
        if (scratch == null) throw new UnsupportedOperationException("no chat to bring old posts back in");
        try {
            Message copy = api.call(ForwardMessage.of(scratch, ChatId.of(post.channel()), post.message())
                    .withDisableNotification(true));
            Arrival read = read(copy);
            Instant date = copy.forwardOrigin() instanceof MessageOriginChannel from
                    ? Instant.ofEpochSecond(from.date()) // it was sealed for the keys of that time
                    : read.date();
            return Optional.of(new Arrival(post, read.origin(), date, read.text(), read.attachment()));
        } catch (ApiException.Rejected refused) {
            if (refused.description().toLowerCase(Locale.ROOT).contains("not found")
                    && !refused.description().contains("chat not found")) return Optional.empty();
            throw refused;
        }
    }

    @Override
    public void delete(long channel, List<Long> messages) throws InterruptedException {
        api.call(DeleteMessages.of(ChatId.of(channel), messages));
    }
}
