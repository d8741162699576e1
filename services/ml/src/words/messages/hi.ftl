# हिन्दी. Agreement with the head noun: m, f, mp, fp. The adjectival postposition का, the participle बना and
# the copula follow it; time units are masculine and agree with लगना.
# Sources: Kachru, Hindi (2006), ch. 5 and 7; McGregor, Outline of Hindi Grammar (1995), lessons 4 to 6 and 17.

ka = { $agreement ->
    [f] की
    [fp] की
    [mp] के
   *[m] का
}
made = { $agreement ->
    [f] बनी
    [fp] बनी
    [mp] बने
   *[m] बना
}
is = { $agreement ->
    [mp] हैं
    [fp] हैं
   *[m] है
}
it = { $agreement ->
    [mp] ये
    [fp] ये
   *[m] यह
}
of-it = { $agreement ->
    [mp] इन
    [fp] इन
   *[m] इस
}
to-it = { $agreement ->
    [mp] इन्हें
    [fp] इन्हें
   *[m] इसे
}

name-1 = { $agreement ->
    [mp] “{ $name }” { $object } हैं।
    [fp] “{ $name }” { $object } हैं।
   *[m] “{ $name }” एक { $object } है।
}
kind-1 = { $agreement ->
    [mp] ये { $object } हैं।
    [fp] ये { $object } हैं।
   *[m] यह एक { $object } है।
}
craft-materials-1 = { $materials } से { made } { $this } { $craft } शिल्प { ka } { is }।
craft-materials-2 = { $this } { $craft } शिल्प { ka } { is } और { $materials } से { made } { is }।
craft-place-1 = { $place } { ka } { $this } { $craft } शिल्प { ka } { is }।
craft-place-2 = { $craft } शिल्प { ka } { $this } { $place } { ka } { is }।
materials-place-1 = { $place } { ka } { $this } { $materials } से { made } { is }।
materials-place-2 = { $materials } से { made } { $this } { $place } { ka } { is }।
craft-1 = { $this } { $craft } शिल्प { ka } { is }।
materials-1 = { $this } { $materials } से { made } { is }।
place-1 = { $this } { $place } { ka } { is }।
then-craft-1 = { of-it }का शिल्प { $craft } है।
then-craft-2 = { it } { $craft } शिल्प { ka } { is }।
then-materials-1 = { it } { $materials } से { made } { is }।
then-materials-2 = { to-it } बनाने में { $materials } का उपयोग हुआ है।
then-place-1 = { it } { $place } { ka } { is }।
origin-1 = सांस्कृतिक मूल: { $origin }।
colours-1 = { $colour-count ->
    [one] { of-it }का रंग { $colours } है।
   *[other] { of-it }के रंग { $colours } हैं।
}
colours-2 = { $colour-count ->
    [one] { of-it }में { $colours } रंग है।
   *[other] { of-it }में { $colours } रंग हैं।
}
size-1 = { of-it }की { $size } है।
weight-1 = { of-it }का वज़न { $weight } है।
time-1 = { to-it } बनाने में { $time } { $time-class ->
    [one] लगता है।
   *[other] लगते हैं।
}
time-said-1 = बनाने का समय: { $said }।
hours-1 = { of-it }में { $hours } का काम लगता है।
quantity-1 = { $count ->
    [one] { $pieces } नग उपलब्ध है।
   *[other] { $pieces } नग उपलब्ध हैं।
}

care-hand-wash = हाथ से धोएँ।
care-dry-clean = केवल ड्राई क्लीन करवाएँ।
care-wipe-clean = सूखे कपड़े से पोंछकर साफ़ करें।
care-keep-dry = पानी से बचाकर रखें।
care-no-direct-sun = सीधी धूप से बचाएँ।
care-no-bleach = ब्लीच का प्रयोग न करें।
care-no-microwave = माइक्रोवेव में न रखें।
care-no-dishwasher = डिशवॉशर में न धोएँ।
care-low-iron = हल्की गर्म इस्त्री करें।
care-polish = मुलायम कपड़े से चमकाएँ।
care-handle-gently = सावधानी से इस्तेमाल करें।
