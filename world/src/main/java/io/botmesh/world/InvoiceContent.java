package io.botmesh.world;

/** Something to buy, in a message. */
record InvoiceContent(Invoice invoice) implements Content {
    @Override
    public boolean canBeCopied() {
        return false;
    }

    @Override
    public String firstButton() {
        return "pay";
    }

    @Override
    public void write(JsonWriter json, View view) {
        invoice.write(json.name("invoice"));
    }
}
