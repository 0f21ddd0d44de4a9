extern "C" int victim_answer() { return 42; }
