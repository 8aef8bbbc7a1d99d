package io.botmesh.world;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the owners of chats set them up. For ids that do not exist and for what could not happen all of it throws
 * {@link IllegalArgumentException}.
 */
public final class ChatSettings {
    private final Gate gate;
    private final Stage stage;
    private final Core core;
    private final ChatDesk desk;

    ChatSettings(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
        desk = new ChatDesk(core);
    }

    public void rename(long chatId, String title) {
        change(chatId, chat -> desk.rename(chat, stage.owner(chat), title));
    }

    /** Nobody is told. */
    public void describe(long chatId, String description) {
        change(chatId, chat -> chat.profile().description = description);
    }

    /** Null takes it away. */
    public void photo(long chatId, @Nullable Blob photo) {
        change(chatId, chat -> {
            if (photo == null) {
                desk.deletePhoto(chat, stage.owner(chat));
                return;
            }
            desk.photo(chat, stage.owner(chat), new InputFiles(core).keepSquare(photo));
        });
    }

    /** What members of a group may do who are no administrators. */
    public void permissions(long chatId, Permissions permissions) {
        change(chatId, chat -> {
            requireGroup(chat);
            chat.profile().permissions = permissions;
        });
    }

    /** How long members of a group wait between two messages, zero for not at all. */
    public void slowMode(long chatId, Duration delay) {
        change(chatId, chat -> {
            requireGroup(chat);
            chat.profile().slowModeSeconds = (int) delay.toSeconds();
        });
    }

    /** Whether the posts of a channel carry the name of their author. */
    public void signPosts(long channelId, boolean on) {
        change(channelId, chat -> {
            requireChannel(chat);
            chat.profile().signed = on;
        });
    }

    /** Whether nothing may be forwarded out of a group or channel. */
    public void protectContent(long chatId, boolean on) {
        change(chatId, chat -> chat.profile().isProtected = on);
    }

    /** Lets the posts of a channel be discussed in a supergroup, to which they come by themselves. */
    public void discuss(long channelId, long groupId) {
        change(channelId, channel -> {
            requireChannel(channel);
            var group = stage.chat(groupId);
            requireSupergroup(group);
            ChatDesk.link(channel, group);
        });
    }

    /**
     * Lets people write to a channel.
     *
     * @return the chat to which they write, where the channel's administrators are too
     */
    public Group directMessages(long channelId) {
        return gate.pass(() -> {
            var channel = stage.chat(channelId);
            requireChannel(channel);
            var chat = core.registry().addSupergroup(channel.title(), null);
            chat.profile().directMessagesOf = channel;
            for (var member : channel.members()) if (member.isAdmin()) chat.put(member);
            return new Group(chat.id(), chat.title(), null);
        });
    }

    /** Ends {@link #discuss}. */
    public void discussNoMore(long chatId) {
        change(chatId, ChatDesk::unlink);
    }

    /** Whether a supergroup is divided into topics. */
    public void forum(long groupId, boolean on) {
        change(groupId, chat -> {
            requireSupergroup(chat);
            chat.profile().forum = on;
        });
    }

    /** Whether whoever wants to join a supergroup or channel has to ask, even without a link that says so. */
    public void joinByRequest(long chatId, boolean on) {
        change(chatId, chat -> chat.profile().joinByRequest = on);
    }

    /** The bot that decides first on everybody who asks to join; 0 for none. */
    public void guard(long chatId, long botId) {
        change(chatId, chat -> {
            var bot = botId == 0 ? null : stage.bot(botId);
            if (bot != null && !bot.flags.contains(BotFlag.JOIN_REQUESTS)) {
                throw new IllegalArgumentException("bot " + botId + " takes no such queries");
            }
            if (bot != null && !chat.member(bot.account()).can(Right.INVITE_USERS)) {
                throw new IllegalArgumentException("bot " + botId + " may not invite to " + chatId);
            }
            chat.profile().guard = bot;
        });
    }

    /** What an administrator is called in a group; null for nothing special. */
    public void title(long chatId, long userId, @Nullable String title) {
        change(chatId, chat -> {
            var before = chat.member(stage.account(userId));
            if (!before.isAdmin()) throw new IllegalArgumentException(userId + " is no administrator of " + chatId);
            core.postman().changeMember(chat, stage.owner(chat), before, before.withTitle(title));
        });
    }

    private void change(long chatId, Consumer<Chat> change) {
        gate.pass(() -> {
            var chat = stage.chat(chatId);
            change.accept(chat);
            return chat;
        });
    }

    private static void requireGroup(Chat chat) {
        if (!chat.isGroup()) throw new IllegalArgumentException("no group: " + chat.id());
    }

    private static void requireSupergroup(Chat chat) {
        if (chat.kind() != Chat.Kind.SUPERGROUP) throw new IllegalArgumentException("no supergroup: " + chat.id());
    }

    private static void requireChannel(Chat chat) {
        if (chat.kind() != Chat.Kind.CHANNEL) throw new IllegalArgumentException("no channel: " + chat.id());
    }
}
