"""A LLaVA from its parts: tokenizer, chat template, tower, projector, language model and processor.

The result is transformers' own `LlavaForConditionalGeneration` and `LlavaProcessor`; `save_pretrained` of both makes a
checkpoint that `AutoModelForImageTextToText` and `AutoProcessor` load.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    CLIPImageProcessorPil,
    GenerationConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)

from mllm.boxes import BOX_TOKENS
from mllm.model.towers import leading_tokens, tower_of

if TYPE_CHECKING:
    from transformers import PretrainedConfig

PAD, END, IMAGE = "<pad>", "<|end|>", "<image>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")

CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|' + message['role'] + '|>' -}}"
    "{%- set body -%}"
    "{%- if message['content'] is string -%}{{- message['content'] -}}{%- else -%}"
    "{%- for part in message['content'] -%}"
    "{{- '<image>' if part['type'] == 'image' else part['text'] -}}"
    "{%- endfor -%}{%- endif -%}"
    "{%- endset -%}"
    "{%- if message['role'] == 'assistant' -%}"
    "{%- generation -%}{{- body -}}{{- '<|end|>' -}}{%- endgeneration -%}"
    "{%- else -%}{{- body -}}{{- '<|end|>' -}}{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"
)
"""Takes a message's content as a string or as a list of text and image parts."""


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE over `texts` with at most `vocab_size` entries, all marks included.

    Digits stand alone. Box tokens are ordinary added tokens, so that decoding without special tokens keeps them.
    """
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(BOX_TOKENS),
        special_tokens=[PAD, END, IMAGE, *ROLES],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    bpe.add_tokens([AddedToken(token, special=False, normalized=False) for token in BOX_TOKENS])
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        extra_special_tokens={"image_token": IMAGE},
        padding_side="left",
        clean_up_tokenization_spaces=False,
        model_input_names=["input_ids", "attention_mask"],
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def assemble(
    tower_config: PretrainedConfig, lm_config: PretrainedConfig, tokenizer: PreTrainedTokenizerFast, image_size: int
) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
    """A randomly initialised model and its processor, for letterboxed squares of `image_size` pixels.

    Features are the tower's last hidden state before its final norm: [B, patches, hidden] -> [B, patches, LM hidden].
    `lm_config` is completed with the tokenizer's size and ids; SightlineError for a tower that was not tried.
    """
    lm_config.vocab_size = len(tokenizer)
    lm_config.pad_token_id, lm_config.eos_token_id, lm_config.bos_token_id = (
        tokenizer.pad_token_id, tokenizer.eos_token_id, None,
    )  # fmt: skip
    config = LlavaConfig(
        vision_config=tower_config,
        text_config=lm_config,
        image_token_index=tokenizer.get_vocab()[IMAGE],
        vision_feature_select_strategy=tower_of(tower_config).strategy,
        vision_feature_layer=-1,
        tie_word_embeddings=lm_config.tie_word_embeddings,
    )
    config.pad_token_id, config.eos_token_id = tokenizer.pad_token_id, tokenizer.eos_token_id
    model = LlavaForConditionalGeneration(config)
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        pad_token_id=tokenizer.pad_token_id, eos_token_id=tokenizer.eos_token_id, do_sample=False
    )
    return model, _processor(tower_config, tokenizer, image_size)


def _processor(tower_config: PretrainedConfig, tokenizer: PreTrainedTokenizerFast, image_size: int) -> LlavaProcessor:
    square = {"height": image_size, "width": image_size}
    images = CLIPImageProcessorPil(
        size=square,
        do_center_crop=False,
        crop_size=square,  # servers count a picture's tokens by it, even where nothing is cropped
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
        do_convert_rgb=True,
    )
    return LlavaProcessor(  # type: ignore[no-untyped-call]
        image_processor=images,
        tokenizer=tokenizer,
        patch_size=tower_config.patch_size,
        vision_feature_select_strategy=tower_of(tower_config).strategy,
        num_additional_image_tokens=leading_tokens(tower_config),
        chat_template=CHAT_TEMPLATE,
        image_token=IMAGE,
    )
