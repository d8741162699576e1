# বাংলা. No gender; definiteness and number by the classifiers -টি and -গুলি, the genitive by -র/-এর; no copula
# in the present. Sources: Thompson, Bengali: A Comprehensive Grammar (2010), ch. 5 to 7 and 12; David, Descriptive
# Grammar of Bangla (2015), ch. 4 and 6.

it = { $agreement ->
    [np] এগুলি
   *[n] এটি
}
its = { $agreement ->
    [np] এগুলির
   *[n] এর
}
in-it = { $agreement ->
    [np] এগুলিতে
   *[n] এতে
}

name-1 = { $agreement ->
    [np] “{ $name }” হল { $object }।
   *[n] “{ $name }” একটি { $object }।
}
kind-1 = { $agreement ->
    [np] এগুলি { $object }।
   *[n] এটি একটি { $object }।
}
craft-materials-1 = { $materials } দিয়ে তৈরি { $this } { $craft } শিল্পের নিদর্শন।
craft-materials-2 = { $craft } শিল্পের { $this } { $materials } দিয়ে তৈরি।
craft-place-1 = { $place } { $this } { $craft } শিল্পের নিদর্শন।
craft-place-2 = { $craft } শিল্পের { $this } এসেছে { $place-from } থেকে।
materials-place-1 = { $place } { $this } { $materials } দিয়ে তৈরি।
materials-place-2 = { $materials } দিয়ে তৈরি { $this } এসেছে { $place-from } থেকে।
craft-1 = { $this } { $craft } শিল্পের নিদর্শন।
materials-1 = { $this } { $materials } দিয়ে তৈরি।
place-1 = { $this } এসেছে { $place-from } থেকে।
then-craft-1 = { it } { $craft } শিল্পের নিদর্শন।
then-materials-1 = { it } { $materials } দিয়ে তৈরি।
then-materials-2 = { $material-count ->
    [one] উপাদান: { $materials }।
   *[other] উপাদানগুলি হল { $materials }।
}
then-place-1 = { it } এসেছে { $place-from } থেকে।
origin-1 = সাংস্কৃতিক উৎস: { $origin }।
colours-1 = { its } রং { $colours }।
colours-2 = { in-it } { $colours } রং আছে।
size-1 = { its } { $size }।
weight-1 = { its } ওজন { $weight }।
time-1 = { it } তৈরি করতে { $time } লাগে।
time-2 = তৈরি করতে সময় লাগে { $time }।
time-said-1 = তৈরির সময়: { $said }।
hours-1 = { its } পেছনে আছে { $hours } কাজ।
quantity-1 = মোট { $pieces }টি মজুত আছে।

care-hand-wash = হাতে ধোবেন।
care-dry-clean = শুধু ড্রাই ক্লিন করাবেন।
care-wipe-clean = শুকনো কাপড়ে মুছে পরিষ্কার করবেন।
care-keep-dry = জল থেকে দূরে রাখবেন।
care-no-direct-sun = সরাসরি রোদে রাখবেন না।
care-no-bleach = ব্লিচ ব্যবহার করবেন না।
care-no-microwave = মাইক্রোওয়েভে দেবেন না।
care-no-dishwasher = ডিশওয়াশারে ধোবেন না।
care-low-iron = কম তাপে ইস্ত্রি করবেন।
care-polish = নরম কাপড়ে ঘষে চকচকে করবেন।
care-handle-gently = যত্ন করে ব্যবহার করবেন।
