# मराठी. Three genders and two numbers: m, f, n, mp, fp, np, in the demonstrative, the participle बनवलेला, the
# genitive चा and the verb. Nouns take postpositions on their oblique stem (सामान्यरूप).
# Sources: Dhongde and Wali, Marathi (2009), ch. 3 and 4; Pandharipande, Marathi (1997), 2.1.

cha = { $agreement ->
    [f] ची
    [n] चे
    [mp] चे
    [fp] च्या
    [np] ची
   *[m] चा
}
made = { $agreement ->
    [f] बनवलेली
    [n] बनवलेले
    [mp] बनवलेले
    [fp] बनवलेल्या
    [np] बनवलेली
   *[m] बनवलेला
}
is = { $agreement ->
    [mp] आहेत
    [fp] आहेत
    [np] आहेत
   *[m] आहे
}
it = { $agreement ->
    [f] ही
    [n] हे
    [mp] हे
    [fp] या
    [np] ही
   *[m] हा
}
of-it = { $agreement ->
    [f] हि
    [mp] यां
    [fp] यां
    [np] यां
   *[m] या
}

name-1 = { $agreement ->
    [mp] “{ $name }” हे { $object } आहेत.
    [fp] “{ $name }” या { $object } आहेत.
    [np] “{ $name }” ही { $object } आहेत.
    [f] “{ $name }” ही एक { $object } आहे.
    [n] “{ $name }” हे एक { $object } आहे.
   *[m] “{ $name }” हा एक { $object } आहे.
}
kind-1 = { $agreement ->
    [mp] हे { $object } आहेत.
    [fp] या { $object } आहेत.
    [np] ही { $object } आहेत.
    [f] ही एक { $object } आहे.
    [n] हे एक { $object } आहे.
   *[m] हा एक { $object } आहे.
}
craft-materials-1 = { $materials } { made } { $this } { $craft } हस्तकले{ cha } { is }.
craft-materials-2 = { $craft } हस्तकले{ cha } { $this } { $materials } { made } { is }.
craft-place-1 = { $place } { $this } { $craft } हस्तकले{ cha } { is }.
craft-place-2 = { $craft } हस्तकले{ cha } { $this } { $place } { is }.
materials-place-1 = { $place } { $this } { $materials } { made } { is }.
materials-place-2 = { $materials } { made } { $this } { $place } { is }.
craft-1 = { $this } { $craft } हस्तकले{ cha } { is }.
materials-1 = { $this } { $materials } { made } { is }.
place-1 = { $this } { $place } { is }.
then-craft-1 = { it } { $craft } हस्तकले{ cha } { is }.
then-materials-1 = { it } { $materials } { made } { is }.
then-place-1 = { it } { $place } { is }.
origin-1 = सांस्कृतिक मूळ: { $origin }.
colours-1 = { $colour-count ->
    [one] { of-it }चा रंग { $colours } आहे.
   *[other] { of-it }चे रंग { $colours } आहेत.
}
colours-2 = { $colour-count ->
    [one] यामध्ये { $colours } रंग आहे.
   *[other] यामध्ये { $colours } रंग आहेत.
}
size-1 = { of-it }ची { $size } आहे.
weight-1 = { of-it }चे वजन { $weight } आहे.
time-1 = { it } बनवायला { $time } { $time-class ->
    [m] लागतो.
    [n] लागते.
   *[other] लागतात.
}
time-said-1 = बनवायला लागणारा वेळ: { $said }.
hours-1 = यासाठी { $hours } काम लागते.
quantity-1 = { $count ->
    [one] { $pieces } नग उपलब्ध आहे.
   *[other] { $pieces } नग उपलब्ध आहेत.
}

care-hand-wash = हाताने धुवा.
care-dry-clean = फक्त ड्राय क्लीन करून घ्या.
care-wipe-clean = कोरड्या कापडाने पुसून स्वच्छ करा.
care-keep-dry = पाण्यापासून दूर ठेवा.
care-no-direct-sun = थेट उन्हात ठेवू नका.
care-no-bleach = ब्लीच वापरू नका.
care-no-microwave = मायक्रोवेव्हमध्ये ठेवू नका.
care-no-dishwasher = डिशवॉशरमध्ये धुऊ नका.
care-low-iron = मंद इस्त्री करा.
care-polish = मऊ कापडाने चमकवा.
care-handle-gently = काळजीपूर्वक हाताळा.
