package io.botmesh.bot;

import io.botmesh.botapi.Message;
import io.botmesh.botapi.MessageEntityType;
import io.botmesh.botapi.User;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Updates that are a message, and what may be in it. */
public final class MessageFilter extends MessageFields {
    MessageFilter(long kinds) {
        super(kinds);
    }

    @Override
    <R> Filter<R> field(Function<Message, @Nullable R> field) {
        return new Filter<>(kindBits(), ctx -> {
            Message message = match(ctx);
            return message == null ? null : field.apply(message);
        });
    }

    @Override
    TextFilter textField(Function<Message, @Nullable String> field) {
        return new TextFilter(kindBits(), field(field)::match, null);
    }

    @Override
    public TextFilter text() {
        return new TextFilter(kindBits(), field(Message::text)::match, Discriminator.Sort.MESSAGE_TEXT);
    }

    /** With a text, or media with a caption. */
    public TextFilter textOrCaption() {
        return textField(message -> message.text() == null ? message.caption() : message.text());
    }

    /** Only with such parts in the text or caption, as the server has marked them; takes out all of them. */
    public Filter<List<EntityText>> entities(MessageEntityType... types) {
        Set<MessageEntityType> wanted = Set.of(types);
        return field(message -> {
            var found = EntityText.in(message).stream()
                    .filter(part -> wanted.contains(part.entity().type()))
                    .toList();
            return found.isEmpty() ? null : found;
        });
    }

    /** With a file of whatever sort: photo, video, voice, sticker, document and so on. */
    public Filter<Attachment> attachment() {
        return field(Attachment::in);
    }

    /** With something to look at: a photo, video or animation. */
    public Filter<Attachment> media() {
        return field(message -> message.photo() == null && message.video() == null && message.animation() == null
                ? null
                : Attachment.in(message));
    }

    /** With this bot among those who have joined. */
    public Filter<List<User>> newChatMembersWithMe() {
        return newChatMembers().where((ctx, members) -> members.stream().anyMatch(ctx::isMe));
    }

    /** Any command to this bot. */
    public Filter<Command> command() {
        return new Filter<>(kindBits(), ctx -> match(ctx) == null ? null : ctx.commandOrNull());
    }

    /**
     * One of these commands, without their slash, exactly as written. A name as {@code start@another_bot} means a command
     * that names that bot.
     */
    public Filter<Command> command(String... names) {
        Set<String> plain = new HashSet<>();
        Set<String> full = new HashSet<>();
        for (String name : names) {
            Command.requireName(name);
            (name.contains("@") ? full : plain).add(name);
        }
        return new Filter<>(
                kindBits(),
                ctx -> {
                    if (match(ctx) == null) return null;
                    Command command = ctx.commandOrNull();
                    if (command != null && plain.contains(command.name())) return command;
                    Command any = full.isEmpty() ? null : ctx.anyCommand();
                    return any != null && full.contains(any.full()) ? any : null;
                },
                full.isEmpty() ? new Discriminator(Discriminator.Sort.COMMAND, Set.copyOf(plain)) : null);
    }
}
