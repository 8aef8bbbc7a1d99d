package io.botmesh.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The gifts that can be bought, and those that people and channels have. */
final class Gifts {
    /**
     * A gift on offer.
     *
     * @param upgradeStars what it costs to make it one of a kind, 0 if it cannot become that
     * @param convertPercent what converting it brings, in hundredths of the price
     * @param total        how many there are, 0 for as many as anybody wants
     */
    record Gift(String id, FileRecord sticker, int stars, int upgradeStars, int total, int convertPercent) {
        void write(JsonWriter json, FileJson files, Bot viewer, int sold) {
            json.object().field("id", id);
            files.write(json.name("sticker"), sticker, viewer);
            json.field("star_count", stars);
            if (upgradeStars > 0) json.field("upgrade_star_count", upgradeStars);
            if (total > 0) json.field("total_count", total).field("remaining_count", total - sold);
            json.endObject();
        }

        /** What it is worth to whoever would rather have Stars. */
        int convertStars() {
            return stars * convertPercent / 100;
        }
    }

    /** A gift that somebody has. */
    static final class Owned {
        final String id;
        final Gift gift;
        final Account sender;
        final long date;
        final FormattedText text;
        long ownerId;
        /** 0 for one among many. */
        int uniqueNumber;

        Owned(String id, Gift gift, Account sender, long date, FormattedText text, long ownerId) {
            this.id = id;
            this.gift = gift;
            this.sender = sender;
            this.date = date;
            this.text = text;
            this.ownerId = ownerId;
        }
    }

    private final LongSupplier ids;
    private final int percent;
    private final Map<String, Gift> catalogue = new LinkedHashMap<>();
    private final Map<String, Integer> sold = new LinkedHashMap<>();
    private final Map<String, Integer> unique = new LinkedHashMap<>();
    private final Map<String, Owned> owned = new LinkedHashMap<>();

    /** @param percent of the price that converting brings */
    Gifts(LongSupplier ids, int percent) {
        this.percent = percent;
        this.ids = ids;
    }

    /** The shop, stocked when somebody first looks at it. */
    List<Gift> catalogue(FileStore files) {
        if (catalogue.isEmpty()) {
            stock(files, "\u2764", 15, 0, 0);
            stock(files, "\uD83C\uDF39", 25, 0, 0);
            stock(files, "\uD83C\uDF81", 50, 25, 0);
            stock(files, "\uD83C\uDFC6", 100, 75, 1_000);
        }
        return List.copyOf(catalogue.values());
    }

    private void stock(FileStore files, String emoji, int stars, int upgradeStars, int total) {
        var traits = FileTraits.NONE.withSize(512, 512).withSticker(StickerTraits.loose("gift.tgs", emoji));
        var upload = new Upload("", "gift.tgs", "", Blob.of(new byte[] {0x1f, (byte) 0x8b}));
        var gift = new Gift(
                Long.toString(ids.getAsLong()),
                files.add(upload, FileType.STICKER, traits),
                stars,
                upgradeStars,
                total,
                percent);
        catalogue.put(gift.id(), gift);
    }

    @Nullable
    Gift find(String id) {
        return catalogue.get(id);
    }

    int sold(Gift gift) {
        return sold.getOrDefault(gift.id(), 0);
    }

    Owned give(Gift gift, Account sender, long ownerId, FormattedText text, long now) {
        sold.merge(gift.id(), 1, Integer::sum);
        var one = new Owned("gift" + ids.getAsLong(), gift, sender, now, text, ownerId);
        owned.put(one.id, one);
        return one;
    }

    @Nullable
    Owned owned(String id, long ownerId) {
        var one = owned.get(id);
        return one != null && one.ownerId == ownerId ? one : null;
    }

    void remove(Owned one) {
        owned.remove(one.id);
    }

    void makeUnique(Owned one) {
        one.uniqueNumber = unique.merge(one.gift.id(), 1, Integer::sum);
    }

    /** The newest first. */
    List<Owned> of(long ownerId) {
        var found = new ArrayList<Owned>();
        for (var one : owned.values()) if (one.ownerId == ownerId) found.addFirst(one);
        return found;
    }

    /** As an {@code OwnedGift}. */
    void write(JsonWriter json, Owned one, FileJson files, Bot viewer) {
        boolean regular = one.uniqueNumber == 0;
        json.object().field("type", regular ? "regular" : "unique");
        if (regular) one.gift.write(json.name("gift"), files, viewer, sold(one.gift));
        else writeUnique(json.name("gift"), one, files, viewer);
        json.field("owned_gift_id", one.id);
        one.sender.write(json.name("sender_user"));
        json.field("send_date", one.date);
        if (regular) {
            if (!one.text.isEmpty()) json.field("text", one.text.text());
            one.text.writeEntities(json, "entities");
            if (one.gift.upgradeStars() > 0) json.field("can_be_upgraded", true);
            json.field("convert_star_count", one.gift.convertStars());
        } else {
            json.field("can_be_transferred", true).field("transfer_star_count", 25);
        }
        json.endObject();
    }

    private static void writeUnique(JsonWriter json, Owned one, FileJson files, Bot viewer) {
        var name = "Gift" + one.gift.id();
        json.object()
                .field("gift_id", one.gift.id())
                .field("base_name", name)
                .field("name", name + "-" + one.uniqueNumber)
                .field("number", one.uniqueNumber);
        for (var part : new String[] {"model", "symbol"}) {
            files.write(json.name(part).object().field("name", part).name("sticker"), one.gift.sticker(), viewer);
            json.field("rarity_per_mille", 1000).endObject();
        }
        json.name("backdrop").object().field("name", "plain").name("colors").object();
        json.field("center_color", 0xffffff)
                .field("edge_color", 0xcccccc)
                .field("symbol_color", 0x999999)
                .field("text_color", 0);
        json.endObject().field("rarity_per_mille", 1000).endObject().endObject();
    }
}
