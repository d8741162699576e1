fn main() {
    start_order::apply();
}
