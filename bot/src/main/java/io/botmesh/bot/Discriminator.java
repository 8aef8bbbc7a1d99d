package io.botmesh.bot;

import io.botmesh.botapi.CallbackQuery;
import io.botmesh.botapi.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a filter's update must have, told by a text: lets many filters of one sort be found by one look-up. Necessary for
 * the filter to match, not always enough.
 */
record Discriminator(Sort sort, Set<String> texts) {
    enum Sort {
        COMMAND {
            @Override
            @Nullable
            String textOf(Context ctx) {
                Command command = ctx.commandOrNull();
                return command == null ? null : command.name();
            }
        },
        MESSAGE_TEXT {
            @Override
            @Nullable
            String textOf(Context ctx) {
                Message message = ctx.ownMessage();
                return message == null ? null : message.text();
            }
        },
        CALLBACK_DATA {
            @Override
            @Nullable
            String textOf(Context ctx) {
                CallbackQuery query = ctx.update().callbackQuery();
                return query == null ? null : query.data();
            }
        };

        abstract @Nullable String textOf(Context ctx);
    }
}
